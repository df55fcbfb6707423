//! From the provider block and the environment to a way to the system. The only place that reads the environment, and
//! it fails for nothing: what is wrong becomes the trouble that the first use reports.

use std::time::Duration;

use super::Environment;
use super::same::get;
use super::session::{Access, Session, Trouble};
use super::{conceal, validate};
use crate::api::{self, Call, Client, Dialect, Fetch, Method, Repeat, Secrets, Settings};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Exchange, Input, Provider, View};
use crate::secret::Secret;
use crate::value::{Object, Path, Value};

/// Checks what the provider block says, as far as it is known, without any request.
pub(super) fn validate(provider: &'static Provider, config: &Object) -> Diagnostics {
    let mut found = validate::entry(provider.attributes().map(View::of), config);
    if let Some(text) = get(config, provider.system.url.attribute).as_str() {
        found.extend(check_url(provider, text).err());
    }
    found.extend(
        provider.system.credentials.exchange.as_ref().and_then(|exchange| two_ways(provider, exchange, config)),
    );
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
        Err(reason) => Err(wrong_url(provider, provider.system.url.attribute, &reason)),
    }
}

fn wrong_url(provider: &Provider, name: &str, reason: &str) -> Diagnostic {
    let hint = if name == provider.system.url.attribute { provider.system.hints.wrong_address } else { "" };
    let detail = format!("`{name}` {reason}. {hint}");
    Diagnostic::error(format!("Invalid value for `{name}`"), detail.trim_end()).at(Path::attribute(name))
}

/// A key and what it would be got with are one too many.
fn two_ways(provider: &'static Provider, exchange: &Exchange, config: &Object) -> Option<Diagnostic> {
    let key = provider.system.credentials.key.attribute;
    let is_set = |name: &str| !get(config, name).is_null() && !get(config, name).is_unknown();
    let other = exchange.inputs().into_iter().find(|input| is_set(input.attribute)).filter(|_| is_set(key))?;
    let detail =
        format!("`{key}` is used as it is, `{}` gets a token. Configure one of the two ways.", other.attribute);
    let path = Path::attribute(other.attribute);
    Some(Diagnostic::error(format!("Both `{key}` and `{}` are set", other.attribute), detail).at(path))
}

/// What to reach the system with.
pub(super) fn access(
    provider: &'static Provider,
    config: &Object,
    environment: Environment,
    terraform: &str,
    secrets: &Secrets,
) -> Access {
    conceal::keep(secrets, provider.attributes(), config);
    if provider.attributes().any(|attr| get(config, attr.name).is_unknown()) {
        return Access::Unknown;
    }
    match connect(provider, config, environment, terraform, secrets) {
        Ok(session) => Access::Ready(session),
        Err(diagnostic) => Access::Broken(Trouble::new(diagnostic)),
    }
}

/// The settings of one provider block, each with the variable that stands in for it.
struct Given<'a> {
    config: &'a Object,
    environment: Environment,
}

impl Given<'_> {
    fn configured(&self, name: &str) -> Option<String> {
        get(self.config, name).as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn of(&self, input: &Input) -> Option<String> {
        let variable = || (self.environment)(input.variable).filter(|text| !text.is_empty());
        self.configured(input.attribute).or_else(variable)
    }
}

fn connect(
    provider: &'static Provider,
    config: &Object,
    environment: Environment,
    terraform: &str,
    secrets: &Secrets,
) -> Result<Session, Diagnostic> {
    let system = &provider.system;
    let given = Given { config, environment };
    let text = |name: &str| given.configured(name);
    let url = given.of(&system.url).ok_or_else(|| missing(provider, &system.url))?;
    let base_url = check_url(provider, &url)?;
    let number = |name: &str| match get(config, name) {
        Value::Number(number) => number.as_i64().and_then(|number| u32::try_from(number).ok()),
        _ => None,
    };
    let flag = |name: &str| matches!(get(config, name), Value::Bool(true));
    let user_agent = format!(
        "terraform-provider-{}/{} terraform/{}",
        provider.name,
        env!("CARGO_PKG_VERSION"),
        if terraform.is_empty() { "unknown" } else { terraform }
    );
    let mut settings = Settings::new(base_url, user_agent, Dialect { refusal: system.refusal });
    settings.secrets = secrets.clone();
    settings.credentials = credentials(provider, &given)?;
    settings.headers = system.headers.iter().filter_map(|(input, name)| Some((*name, given.of(input)?))).collect();
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
    let default = |input: &Input| Some((input.attribute.to_owned(), Value::string(given.of(input)?)));
    let defaults = provider.defaults.iter().filter_map(default).collect();
    Ok(Session::new(provider, client, flag("skip_credentials_validation"), defaults))
}

/// What is configured goes before the environment, and a key before what it would be got with.
fn credentials(provider: &'static Provider, given: &Given<'_>) -> Result<api::Credentials, Diagnostic> {
    let ways = &provider.system.credentials;
    let scheme = ways.scheme.and_then(|name| given.configured(name));
    let key = |text: String| api::Credentials::Given((ways.header)(&Secret::new(text), scheme.as_deref()));
    if let Some(text) = given.configured(ways.key.attribute) {
        return Ok(key(text));
    }
    let exchange = ways.exchange.as_ref();
    let named = |exchange: &Exchange| exchange.inputs().iter().any(|input| given.configured(input.attribute).is_some());
    if let Some(exchange) = exchange.filter(|exchange| named(exchange)) {
        return fetched(provider, exchange, given);
    }
    match (given.of(&ways.key), exchange.filter(|exchange| given.of(&exchange.id).is_some())) {
        (Some(text), _) => Ok(key(text)),
        (None, Some(exchange)) => fetched(provider, exchange, given),
        (None, None) if ways.demanded => Err(missing(provider, &ways.key)),
        (None, None) => Ok(api::Credentials::None),
    }
}

fn fetched(
    provider: &'static Provider,
    exchange: &'static Exchange,
    given: &Given<'_>,
) -> Result<api::Credentials, Diagnostic> {
    let wanted = |input: &Input| given.of(input).ok_or_else(|| incomplete(exchange, input));
    let (url, id, secret) = (wanted(&exchange.url)?, wanted(&exchange.id)?, Secret::new(wanted(&exchange.secret)?));
    api::check_url(&url).map_err(|reason| wrong_url(provider, exchange.url.attribute, &reason))?;
    let call = Call::new(Method::Post, exchange.path.iter().copied());
    Ok(api::Credentials::Fetched(Fetch {
        base_url: url,
        call: call.body((exchange.request)(&id, &secret)).repeat(Repeat::Safe),
        secret,
        read: exchange.token,
        dialect: Dialect { refusal: exchange.refusal },
    }))
}

fn incomplete(exchange: &Exchange, input: &Input) -> Diagnostic {
    let inputs = exchange.inputs().map(|input| format!("`{}` ({})", input.attribute, input.variable));
    let detail = format!("A token is got with {}, together.", inputs.join(", "));
    Diagnostic::error(format!("`{}` is not set", input.attribute), detail).at(Path::attribute(input.attribute))
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
    let (system, key) = (&provider.system, &provider.system.credentials.key);
    let needs = if system.credentials.demanded { "an address and a key" } else { "an address" };
    let detail = format!(
        "The {title} needs {needs}. Set `{attribute}` in the provider block or the environment variable \
         {variable}.\n\nThe address is `{url}` ({url_variable}), the key `{key}` ({key_variable}).",
        title = system.title,
        attribute = input.attribute,
        variable = input.variable,
        url = system.url.attribute,
        url_variable = system.url.variable,
        key = key.attribute,
        key_variable = key.variable,
    );
    Diagnostic::error(format!("`{}` is not set", input.attribute), detail)
}
