//! The settings from the provider block or from environment variables. Whitespace around them, as it comes from copying
//! or from files, is removed. Errors name the attribute and the variable, and never contain a value.

use crate::api;
use crate::diagnostic::Diagnostic;
use crate::engine::Environment;
use crate::engine::validate;
use crate::engine::values::same::get;
use crate::schema::{Input, Provider, View};
use crate::value::{Object, Path, Value};

/// Variables that the HTTP library reads, for names in messages only.
const PROXY_VARIABLES: [&str; 8] =
    ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"];

/// The settings of one provider block, with the environment variables that replace missing ones.
pub(crate) struct Given {
    pub(crate) provider: &'static Provider,
    pub(crate) config: Object,
    pub(crate) environment: Environment,
}

impl Given {
    /// The value in the provider block; an empty string counts as missing.
    pub(crate) fn configured(&self, name: &str) -> Option<String> {
        get(&self.config, name).as_str().map(trimmed).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Whether a setting is on.
    pub(crate) fn flag(&self, name: &str) -> bool {
        matches!(get(&self.config, name), Value::Bool(true))
    }

    /// The value in the provider block, otherwise that of the environment variable.
    pub(crate) fn of(&self, input: &Input) -> Option<String> {
        self.configured(input.attribute).or_else(|| self.variable(input))
    }

    fn variable(&self, input: &Input) -> Option<String> {
        (self.environment)(input.variable).map(|text| trimmed(&text).to_owned()).filter(|text| !text.is_empty())
    }

    /// The environment variables for proxies, with their values.
    pub(crate) fn proxy_variables(&self) -> Vec<(&'static str, String)> {
        PROXY_VARIABLES.into_iter().filter_map(|name| Some((name, (self.environment)(name)?))).collect()
    }

    /// Validates the environment variables by the rules of their attributes, which Terraform's validation does not
    /// include.
    pub(crate) fn check_variables(&self) -> Result<(), Diagnostic> {
        let attr = |input: &Input| self.provider.attributes().find(|attr| attr.name == input.attribute);
        for input in inputs(self.provider).filter(|input| self.configured(input.attribute).is_none()) {
            let (Some(text), Some(attr)) = (self.variable(input), attr(input)) else { continue };
            let object = [(attr.name.to_owned(), Value::string(text))].into();
            if let Some(wrong) = validate::entry([View::of(attr)], &object, validate::Identifiers::Real)
                .into_iter()
                .find(Diagnostic::is_error)
            {
                let detail =
                    format!("{} The value comes from the environment variable {}.", wrong.detail, input.variable);
                return Err(Diagnostic { detail, ..wrong });
            }
        }
        Ok(())
    }

    /// A setting that cannot be used. `reason` is a clause that follows its name.
    pub(crate) fn wrong(&self, attribute: &str, reason: &str) -> Diagnostic {
        wrong(self.provider, attribute, reason)
    }
}

/// All settings with an environment variable.
fn inputs(provider: &'static Provider) -> impl Iterator<Item = &'static Input> {
    let system = &provider.system;
    let exchange = system.credentials.exchange.iter().flat_map(|exchange| exchange.inputs());
    let headers = system.headers.iter().map(|(input, _)| input);
    [&system.url, &system.credentials.key].into_iter().chain(exchange).chain(headers).chain(provider.defaults)
}

/// The error for a setting that cannot be used, with its attribute and its environment variable.
pub(crate) fn wrong(provider: &'static Provider, attribute: &str, reason: &str) -> Diagnostic {
    let variable = inputs(provider).find(|input| input.attribute == attribute).map(|input| input.variable);
    let variable = variable.map_or_else(String::new, |variable| format!(" ({variable})"));
    let hint = if attribute == provider.system.url.attribute { provider.system.hints.wrong_address } else { "" };
    let detail = format!("`{attribute}`{variable} {reason}. {hint}");
    Diagnostic::error(format!("Invalid value for `{attribute}`"), detail.trim_end()).at(Path::attribute(attribute))
}

/// Removes whitespace around a setting, as it comes from a file or a clipboard. No valid setting begins or ends with
/// it.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim()
}

/// A key as it is sent in a header, without the scheme `Bearer` that documentation shows before it.
///
/// # Errors
/// A clause that follows the name of the setting.
pub(crate) fn key(text: &str) -> Result<&str, String> {
    const SCHEME: &str = "bearer ";
    let text = trimmed(text);
    let has_scheme = text.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME));
    let key = if has_scheme { trimmed(&text[SCHEME.len()..]) } else { text };
    match key.chars().find(|c| !c.is_ascii_graphic()) {
        None => Ok(key),
        Some(c) if c.is_whitespace() => {
            Err("must not contain spaces or line breaks: copy only the key itself".to_owned())
        }
        Some(_) => Err("contains a character that is not valid in a key: copy only the key itself".to_owned()),
    }
}

/// Checks of the settings of a provider block that need no request, in addition to the rules of each attribute.
pub(crate) fn check(provider: &'static Provider, config: &Object) -> Vec<Diagnostic> {
    let system = &provider.system;
    let known = |name: &str| get(config, name).as_str().map(trimmed).filter(|text| !text.is_empty());
    let mut found: Vec<(&str, Result<(), String>)> = Vec::new();
    let mut check = |name: &'static str, check: &dyn Fn(&str) -> Result<(), String>| {
        found.extend(known(name).map(|text| (name, check(text))));
    };
    check(system.credentials.key.attribute, &|text| key(text).map(drop));
    if let Some(exchange) = &system.credentials.exchange {
        check(exchange.url.attribute, &api::check_url);
    }
    check("proxy_url", &api::check_proxy);
    check("ca_cert_pem", &api::check_certificates);
    if let (Some(certificate), Some(key)) = (known("client_cert_pem"), known("client_key_pem")) {
        found.push(("client_cert_pem", api::check_identity(certificate, key)));
    }
    // An empty URL in the provider block counts as missing: the environment variable may provide it.
    if let Some(text) = get(config, system.url.attribute).as_str().filter(|text| !trimmed(text).is_empty()) {
        found.push((system.url.attribute, api::check_url(&(system.endpoint)(trimmed(text)))));
    }
    let wrong = |(name, result): (&str, Result<(), String>)| Some(wrong(provider, name, &result.err()?));
    found.into_iter().filter_map(wrong).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_along_with_a_key_is_taken_off() {
        for pasted in ["k.e-y_1", " k.e-y_1\n", "\r\n\tk.e-y_1 ", "Bearer k.e-y_1", " bearer   k.e-y_1\n"] {
            assert_eq!(key(pasted), Ok("k.e-y_1"), "{pasted:?}");
        }
        for wrong in ["k ey", "k\ney", "Bearer k ey", "kéy", "k\u{200b}ey", "k\0ey"] {
            let reason = key(wrong).expect_err(wrong);
            assert!(!reason.contains("k ey") && reason.contains("only the key"), "{reason}");
        }
    }
}
