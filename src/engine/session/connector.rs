//! Makes clients from the settings of a provider: one with its credentials for the session, and those that send requests
//! without them. It decides nothing about credentials.

use std::time::Duration;

use crate::api::{
    self, Call, Client, Credentials, Method, Redactor, Repeat, Setting, Settings, SettingsError, TokenEndpoint,
};
use crate::diagnostic::{BUG, Diagnostic};
use crate::engine::session::settings::{self, Given};
use crate::engine::values::same::get;
use crate::schema::{Exchange, Input, Provider};
use crate::secret::Secret;
use crate::value::{Object, Path, Value};

/// The settings of one provider block, and what its clients share.
pub(crate) struct Connector {
    pub(crate) given: Given,
    /// The version of the host.
    pub(crate) terraform: String,
    pub(crate) redactor: Redactor,
}

impl Connector {
    /// The URL of the system's API.
    pub(crate) fn url(&self) -> Result<String, Diagnostic> {
        let system = &self.given.provider.system;
        let url = self.given.of(&system.url).ok_or_else(|| missing(self.given.provider, &system.url))?;
        Ok((system.endpoint)(&url))
    }

    /// The settings of a client for the system at this URL, without credentials.
    pub(crate) fn settings(&self, base_url: String) -> Result<Settings, Diagnostic> {
        let Connector { given, terraform, redactor } = self;
        let system = &given.provider.system;
        let text = |name: &str| given.configured(name);
        let number = |name: &str| match get(&given.config, name) {
            Value::Number(number) => number.as_i64().and_then(|number| u32::try_from(number).ok()),
            _ => None,
        };
        let user_agent = format!(
            "terraform-provider-{}/{} terraform/{}",
            given.provider.name,
            env!("CARGO_PKG_VERSION"),
            if terraform.is_empty() { "unknown" } else { terraform }
        );
        let mut settings = Settings::new(base_url, user_agent, system.classify_error);
        settings.redactor = redactor.clone();
        settings.headers = system.headers.iter().filter_map(|(input, name)| Some((*name, given.of(input)?))).collect();
        settings.ca_certificates = certificates(given, text("ca_cert_pem"))?;
        settings.client_certificate = text("client_cert_pem").zip(text("client_key_pem").map(Secret::new));
        settings.insecure = given.flag("insecure_skip_verify");
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
        Ok(settings)
    }

    pub(crate) fn client(&self, settings: Settings) -> Result<Client, Diagnostic> {
        Client::new(settings).map_err(|error| unusable(&self.given, &error))
    }

    /// A client for the system that sends no credentials.
    pub(crate) fn unauthenticated(&self) -> Result<Client, Diagnostic> {
        self.client(self.settings(self.url()?)?)
    }

    /// Where a token is requested, and with what: `own` has settings that take precedence over those of the provider.
    pub(crate) fn token_endpoint(&self, own: &Object) -> Result<TokenEndpoint, Diagnostic> {
        let given = &self.given;
        let exchange = given.provider.system.credentials.exchange.as_ref();
        let exchange = exchange.unwrap_or_else(|| unreachable!("the table of a token is checked for this"));
        let wanted = |input: &Input| {
            let own = get(own, input.attribute).as_str().map(settings::trimmed).filter(|text| !text.is_empty());
            own.map(str::to_owned).or_else(|| given.of(input)).ok_or_else(|| incomplete(exchange, input))
        };
        let (url, id, secret) = (wanted(&exchange.url)?, wanted(&exchange.id)?, Secret::new(wanted(&exchange.secret)?));
        api::check_url(&url).map_err(|reason| given.wrong(exchange.url.attribute, &reason))?;
        let call = Call::new(Method::Post, exchange.path.iter().copied());
        Ok(TokenEndpoint {
            base_url: url,
            call: call.body((exchange.request)(&id, &secret)).repeat(Repeat::Safe),
            secret,
            read_token: exchange.token,
            classify: exchange.classify_error,
        })
    }

    /// A client for the server that issues tokens.
    pub(crate) fn token_client(&self, endpoint: &TokenEndpoint) -> Result<Client, Diagnostic> {
        self.redactor.add(endpoint.secret.expose());
        let settings = self.settings(endpoint.base_url.clone())?;
        self.client(Settings {
            credentials: Credentials::None,
            headers: Vec::new(),
            classify: endpoint.classify,
            ..settings
        })
    }
}

/// An error of the client, at the attribute for the setting.
fn unusable(given: &Given, error: &SettingsError) -> Diagnostic {
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

fn incomplete(exchange: &Exchange, input: &Input) -> Diagnostic {
    let inputs = exchange.inputs().map(|input| format!("`{}` ({})", input.attribute, input.variable));
    let detail = format!("To request a token, set all of {}.", inputs.join(", "));
    Diagnostic::error(format!("`{}` is not set", input.attribute), detail).at(Path::attribute(input.attribute))
}

/// The CA certificates that the user configured, in an attribute and in a file; errors name the one that is wrong.
fn certificates(given: &Given, pem: Option<String>) -> Result<Option<String>, Diagnostic> {
    const FILE: &str = "ca_cert_file";
    let Some(file) = get(&given.config, FILE).as_str().filter(|file| !file.is_empty()) else { return Ok(pem) };
    let read = std::fs::read_to_string(file).map_err(|error| {
        let detail = format!("Could not read {file:?}: {error}.");
        Diagnostic::error(format!("Could not read the file in `{FILE}`"), detail).at(Path::attribute(FILE))
    })?;
    api::check_certificates(&read).map_err(|reason| given.wrong(FILE, &format!("refers to a file that {reason}")))?;
    Ok(Some(pem.map_or_else(|| read.clone(), |pem| format!("{pem}\n{read}"))))
}

/// The error for a setting without which no request is possible.
pub(crate) fn missing(provider: &Provider, input: &Input) -> Diagnostic {
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
