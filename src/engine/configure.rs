//! From the provider block and the environment to a way to the system. The only place that reads the environment, and
//! it fails for nothing: what is wrong becomes the trouble that the first use reports.

use std::time::Duration;

use super::Environment;
use super::same::get;
use super::session::{Access, Session, Trouble};
use super::validate;
use crate::api::{self, Client, Dialect, Settings};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Attr, Input, Provider};
use crate::secret::Secret;
use crate::value::{Object, Path, Value};

/// Checks what the provider block says, as far as it is known, without any request.
pub(super) fn validate(provider: &'static Provider, config: &Object) -> Diagnostics {
    let attrs: Vec<&'static Attr> = provider.attributes().collect();
    let mut found = validate::validate(&attrs, config, &Path::root());
    let url = provider.system.url.attribute;
    if let Some(text) = get(config, url).as_str() {
        found.extend(check_url(provider, text).err().map(|error| error.at(Path::attribute(url))));
    }
    for (one, other) in [("client_cert_pem", "client_key_pem"), ("client_key_pem", "client_cert_pem")] {
        if !get(config, one).is_null() && get(config, other).is_null() {
            let detail = format!("`{one}` has no use without `{other}`.");
            found.push(Diagnostic::error(format!("`{other}` is missing"), detail).at(Path::attribute(other)));
        }
    }
    found
}

fn check_url(provider: &Provider, text: &str) -> Result<String, Diagnostic> {
    let endpoint = (provider.system.endpoint)(text);
    match api::check_url(&endpoint) {
        Ok(()) => Ok(endpoint),
        Err(reason) => {
            let name = provider.system.url.attribute;
            let detail = format!("{reason} {}", provider.system.hints.wrong_address);
            Err(Diagnostic::error(format!("Invalid value for `{name}`"), detail))
        }
    }
}

/// What to reach the system with.
pub(super) fn access(
    provider: &'static Provider,
    config: &Object,
    environment: Environment,
    terraform: &str,
) -> Access {
    if provider.attributes().any(|attr| get(config, attr.name).is_unknown()) {
        return Access::Unknown;
    }
    match connect(provider, config, environment, terraform) {
        Ok(session) => Access::Ready(session),
        Err(diagnostic) => Access::Broken(Trouble::new(diagnostic)),
    }
}

fn connect(
    provider: &'static Provider,
    config: &Object,
    environment: Environment,
    terraform: &str,
) -> Result<Session, Diagnostic> {
    let system = &provider.system;
    let text = |name: &str| get(config, name).as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let given = |input: &Input| {
        let set = text(input.attribute).or_else(|| environment(input.variable).filter(|text| !text.is_empty()));
        set.ok_or_else(|| missing(provider, input))
    };
    let base_url = check_url(provider, &given(&system.url)?)?;
    let key = Secret::new(given(&system.key)?);
    let number = |name: &str| match get(config, name) {
        Value::Number(number) => number.as_i64().and_then(|number| u32::try_from(number).ok()),
        _ => None,
    };
    let flag = |name: &str| matches!(get(config, name), Value::Bool(true));
    let scheme = system.scheme.and_then(text);
    let user_agent = format!(
        "terraform-provider-{}/{} terraform/{}",
        provider.name,
        env!("CARGO_PKG_VERSION"),
        if terraform.is_empty() { "unknown" } else { terraform }
    );
    let mut settings = Settings::new(base_url, user_agent, Dialect { refusal: system.refusal });
    settings.credential = Some((system.credential)(&key, scheme.as_deref()));
    settings.ca_certificates = certificates(&text("ca_cert_pem"), &text("ca_cert_file"))?;
    settings.client_certificate = text("client_cert_pem").zip(text("client_key_pem").map(Secret::new));
    settings.insecure = flag("insecure_skip_verify");
    settings.proxy = text("proxy_url").map(Secret::new);
    settings.requests_per_second = number("requests_per_second").map(f64::from);
    if let Some(seconds) = number("request_timeout") {
        settings.request_timeout = Duration::from_secs(seconds.into());
    }
    if let Some(retries) = number("max_retries") {
        settings.max_retries = retries;
    }
    if let Some(most) = number("max_concurrent_requests") {
        settings.max_concurrent_requests = most as usize;
    }
    let client = Client::new(settings).map_err(|error| {
        let detail = format!("{error}");
        Diagnostic::error(format!("The provider `{}` cannot be set up", provider.name), detail)
    })?;
    Ok(Session::new(provider, client, flag("skip_credentials_validation")))
}

fn certificates(pem: &Option<String>, file: &Option<String>) -> Result<Option<String>, Diagnostic> {
    let Some(file) = file else { return Ok(pem.clone()) };
    let read = std::fs::read_to_string(file).map_err(|error| {
        let detail = format!("Could not read {file:?}: {error}.");
        Diagnostic::error("The file of `ca_cert_file` cannot be read", detail).at(Path::attribute("ca_cert_file"))
    })?;
    Ok(Some(pem.as_ref().map_or_else(|| read.clone(), |pem| format!("{pem}\n{read}"))))
}

fn missing(provider: &Provider, input: &Input) -> Diagnostic {
    let system = &provider.system;
    let detail = format!(
        "The {title} needs an address and a key. Set `{attribute}` in the provider block or the environment variable \
         {variable}.\n\nThe address is `{url}` ({url_variable}), the key `{key}` ({key_variable}).",
        title = system.title,
        attribute = input.attribute,
        variable = input.variable,
        url = system.url.attribute,
        url_variable = system.url.variable,
        key = system.key.attribute,
        key_variable = system.key.variable,
    );
    Diagnostic::error(format!("`{}` is not set", input.attribute), detail)
}
