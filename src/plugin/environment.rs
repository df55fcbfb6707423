//! The process' environment as this module is handed it, so that only `main` reads the real one.

use std::ffi::OsString;

/// How to look an environment variable up.
pub struct Environment(Lookup);

type Lookup = Box<dyn Fn(&str) -> Option<OsString>>;

impl Environment {
    /// In `main`: `Environment::from_fn(|name| std::env::var_os(name))`.
    pub fn from_fn(lookup: impl Fn(&str) -> Option<OsString> + 'static) -> Self {
        Self(Box::new(lookup))
    }

    /// A variable that is set and not empty: Go's plugins and hosts make no difference between unset and empty.
    pub(super) fn os(&self, name: &str) -> Option<OsString> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// The same as text; what is not UTF-8 counts as unset.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.os(name)?.into_string().ok()
    }

    #[cfg(test)]
    pub(super) fn of<const N: usize>(variables: [(&'static str, &str); N]) -> Self {
        let variables = variables.map(|(name, value)| (name, OsString::from(value)));
        Self::from_fn(move |name| Some(variables.iter().find(|(known, _)| *known == name)?.1.clone()))
    }
}
