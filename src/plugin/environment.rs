//! The process' environment as the caller passes it, so that only `main` reads the real one.

use std::ffi::OsString;

/// How to look an environment variable up.
pub struct Environment(Lookup);

type Lookup = Box<dyn Fn(&str) -> Option<OsString>>;

impl Environment {
    /// In `main`: `Environment::from_fn(|name| std::env::var_os(name))`.
    pub fn from_fn(lookup: impl Fn(&str) -> Option<OsString> + 'static) -> Self {
        Self(Box::new(lookup))
    }

    /// A variable that is set and not empty: Go's plugins and hosts do not distinguish unset and empty.
    pub(super) fn os(&self, name: &str) -> Option<OsString> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// The same as text. What is not UTF-8 is replaced by a character that no valid value contains, so that an invalid value
    /// is not taken for unset.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        Some(self.os(name)?.to_string_lossy().into_owned())
    }

    /// An invalid value as a message shows it: in one line and cut if it is long.
    pub(super) fn shown(value: &str) -> String {
        const ENOUGH: usize = 60;
        match value.char_indices().nth(ENOUGH) {
            Some((end, _)) => format!("{:?}…", &value[..end]),
            None => format!("{value:?}"),
        }
    }

    #[cfg(test)]
    pub(super) fn of<const N: usize>(variables: [(&'static str, &str); N]) -> Self {
        let variables = variables.map(|(name, value)| (name, OsString::from(value)));
        Self::from_fn(move |name| Some(variables.iter().find(|(known, _)| *known == name)?.1.clone()))
    }
}
