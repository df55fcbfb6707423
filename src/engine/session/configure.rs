//! Creates the session from the provider block and the environment. Only this file reads the environment. It never
//! fails: the first operation that needs the system reports what is wrong.

use std::time::Duration;

use crate::api::{self, Call, Client, Method, Redactor, Repeat, Setting, Settings, SettingsError, TokenEndpoint};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::Environment;
use crate::engine::report::catch_panic::BUG;
use crate::engine::report::redaction;
use crate::engine::session::settings;
use crate::engine::session::settings::Given;
use crate::engine::session::{Access, ReportedOnce, Session};
use crate::engine::validate;
use crate::engine::values::same::get;
use crate::schema::{Exchange, Input, Provider, View};
use crate::secret::Secret;
use crate::value::{Object, Path, Value};

/// Validates the known values of the provider block without any request.
pub(crate) fn validate(provider: &'static Provider, config: &Object) -> Diagnostics {
    let mut found = validate::entry(provider.attributes().map(View::of), config, validate::Identifiers::Real);
    // At most one error for each setting.
    let is_new = |wrong: &Diagnostic| found.iter().all(|other| other.path != wrong.path);
    let wrong: Diagnostics = settings::check(provider, config).into_iter().filter(is_new).collect();
    found.extend(wrong);
    found.extend(
        provider.system.credentials.exchange.as_ref().and_then(|exchange| two_ways(provider, exchange, config)),
    );
    for (one, other) in [("client_cert_pem", "client_key_pem"), ("client_key_pem", "client_cert_pem")] {
        if !get(config, one).is_null() && get(config, other).is_null() {
            let detail = format!("`{one}` requires `{other}`.");
            found.push(Diagnostic::error(format!("`{other}` is missing"), detail).at(Path::attribute(other)));
        }
    }
    found
}

/// A key and the settings to request a token exclude each other.
fn two_ways(provider: &'static Provider, exchange: &Exchange, config: &Object) -> Option<Diagnostic> {
    let key = provider.system.credentials.key.attribute;
    let is_set = |name: &str| !get(config, name).is_null() && !get(config, name).is_unknown();
    let other = exchange.inputs().into_iter().find(|input| is_set(input.attribute)).filter(|_| is_set(key))?;
    let detail =
        format!("`{key}` is a token, and `{}` is used to request one. Configure only one of them.", other.attribute);
    let path = Path::attribute(other.attribute);
    Some(Diagnostic::error(format!("Both `{key}` and `{}` are set", other.attribute), detail).at(path))
}

/// The access to the system, or why there is none.
pub(crate) fn access(
    provider: &'static Provider,
    config: &Object,
    environment: Environment,
    terraform: &str,
    redactor: &Redactor,
) -> Access {
    // Not at the start of the process: most processes that Terraform starts send no request.
    redaction::allow_table_terms(redactor, provider);
    redaction::add_values(redactor, provider.attributes(), config);
    if provider.attributes().any(|attr| get(config, attr.name).is_unknown()) {
        return Access::Unknown;
    }
    match connect(provider, config, environment, terraform, redactor) {
        Ok(session) => Access::Ready(session),
        Err(diagnostic) => Access::Broken(ReportedOnce::new(diagnostic)),
    }
}

fn connect(
    provider: &'static Provider,
    config: &Object,
    environment: Environment,
    terraform: &str,
    redactor: &Redactor,
) -> Result<Session, Diagnostic> {
    let system = &provider.system;
    let given = Given { provider, config, environment };
    let text = |name: &str| given.configured(name);
    let url = given.of(&system.url).ok_or_else(|| missing(provider, &system.url))?;
    given.check_variables()?;
    let base_url = (system.endpoint)(&url);
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
    let mut settings = Settings::new(base_url, user_agent, system.classify_error);
    settings.redactor = redactor.clone();
    settings.credentials = credentials(provider, &given)?;
    settings.headers = system.headers.iter().filter_map(|(input, name)| Some((*name, given.of(input)?))).collect();
    settings.ca_certificates = certificates(&given, text("ca_cert_pem"))?;
    settings.client_certificate = text("client_cert_pem").zip(text("client_key_pem").map(Secret::new));
    settings.insecure = flag("insecure_skip_verify");
    settings.proxy = text("proxy_url").map(Secret::new);
    settings.proxy_variables = given.proxy_variables();
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
    let client = Client::new(settings).map_err(|error| unusable(&given, &error))?;
    let default = |input: &Input| Some((input.attribute.to_owned(), Value::string(given.of(input)?)));
    let defaults = provider.defaults.iter().filter_map(default).collect();
    Ok(Session::new(provider, client, flag("skip_credentials_validation"), defaults))
}

/// An error of the client, at the attribute for the setting.
fn unusable(given: &Given<'_>, error: &SettingsError) -> Diagnostic {
    let system = &given.provider.system;
    let header = |name: &str| system.headers.iter().find(|(_, header)| *header == name);
    let attribute = match error.setting {
        Setting::BaseUrl => system.url.attribute,
        Setting::TokenUrl => system.credentials.exchange.as_ref().map_or("", |exchange| exchange.url.attribute),
        Setting::Credential => system.credentials.key.attribute,
        Setting::Header(name) => header(name).map_or(name, |(input, _)| input.attribute),
        Setting::CaCertificates => "ca_cert_pem",
        Setting::ClientCertificate => "client_cert_pem",
        Setting::Proxy => "proxy_url",
        Setting::RequestTimeout => "request_timeout",
        Setting::MaxConcurrentRequests => "max_concurrent_requests",
        Setting::RequestsPerSecond => "requests_per_second",
        Setting::UserAgent => {
            let detail = format!("The header User-Agent {}. {BUG}", error.reason);
            return Diagnostic::error("Could not configure the provider", detail);
        }
    };
    given.wrong(attribute, &error.reason)
}

/// The configuration takes precedence over the environment, and a key over the settings to request a token.
fn credentials(provider: &'static Provider, given: &Given<'_>) -> Result<api::Credentials, Diagnostic> {
    let ways = &provider.system.credentials;
    let scheme = ways.scheme.and_then(|name| given.configured(name));
    let key = |text: String| match settings::key(&text) {
        Ok(key) => Ok(api::Credentials::Given((ways.header)(&Secret::new(key), scheme.as_deref()))),
        Err(reason) => Err(given.wrong(ways.key.attribute, &reason)),
    };
    if let Some(text) = given.configured(ways.key.attribute) {
        return key(text);
    }
    let exchange = ways.exchange.as_ref();
    let named = |exchange: &Exchange| exchange.inputs().iter().any(|input| given.configured(input.attribute).is_some());
    if let Some(exchange) = exchange.filter(|exchange| named(exchange)) {
        return fetched(exchange, given);
    }
    match (given.of(&ways.key), exchange.filter(|exchange| given.of(&exchange.id).is_some())) {
        (Some(text), _) => key(text),
        (None, Some(exchange)) => fetched(exchange, given),
        (None, None) if ways.demanded => Err(missing(provider, &ways.key)),
        (None, None) => Ok(api::Credentials::None),
    }
}

fn fetched(exchange: &'static Exchange, given: &Given<'_>) -> Result<api::Credentials, Diagnostic> {
    let wanted = |input: &Input| given.of(input).ok_or_else(|| incomplete(exchange, input));
    let (url, id, secret) = (wanted(&exchange.url)?, wanted(&exchange.id)?, Secret::new(wanted(&exchange.secret)?));
    api::check_url(&url).map_err(|reason| given.wrong(exchange.url.attribute, &reason))?;
    let call = Call::new(Method::Post, exchange.path.iter().copied());
    Ok(api::Credentials::Fetched(TokenEndpoint {
        base_url: url,
        call: call.body((exchange.request)(&id, &secret)).repeat(Repeat::Safe),
        secret,
        read_token: exchange.token,
        classify: exchange.classify_error,
    }))
}

fn incomplete(exchange: &Exchange, input: &Input) -> Diagnostic {
    let inputs = exchange.inputs().map(|input| format!("`{}` ({})", input.attribute, input.variable));
    let detail = format!("To request a token, set all of {}.", inputs.join(", "));
    Diagnostic::error(format!("`{}` is not set", input.attribute), detail).at(Path::attribute(input.attribute))
}

/// The CA certificates that the user configured, in an attribute and in a file; errors name the one that is wrong.
fn certificates(given: &Given<'_>, pem: Option<String>) -> Result<Option<String>, Diagnostic> {
    const FILE: &str = "ca_cert_file";
    let Some(file) = get(given.config, FILE).as_str().filter(|file| !file.is_empty()) else { return Ok(pem) };
    let read = std::fs::read_to_string(file).map_err(|error| {
        let detail = format!("Could not read {file:?}: {error}.");
        Diagnostic::error(format!("Could not read the file in `{FILE}`"), detail).at(Path::attribute(FILE))
    })?;
    api::check_certificates(&read).map_err(|reason| given.wrong(FILE, &format!("refers to a file that {reason}")))?;
    Ok(Some(pem.map_or_else(|| read.clone(), |pem| format!("{pem}\n{read}"))))
}

fn missing(provider: &Provider, input: &Input) -> Diagnostic {
    let (system, key) = (&provider.system, &provider.system.credentials.key);
    let needs = if system.credentials.demanded { "a URL and a key" } else { "a URL" };
    let detail = format!(
        "The {title} requires {needs}. Set `{attribute}` in the provider block or the environment variable \
         {variable}.\n\nThe URL is `{url}` ({url_variable}), the key is `{key}` ({key_variable}).",
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
