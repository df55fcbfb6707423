//! What a client is made from, and errors about it. Nothing here is read from the environment.

use std::fmt;
use std::time::Duration;

use super::call::{Call, Json};
use super::classifier::ErrorClassifier;
use super::redactor::Redactor;
use crate::secret::Secret;

/// The header that authenticates requests.
#[derive(Clone, Debug)]
pub struct Credential {
    pub header: &'static str,
    /// The complete value, authentication scheme included.
    pub value: Secret,
}

impl Credential {
    /// The secret part: what follows the authentication scheme, if there is one.
    pub(super) fn token(&self) -> &str {
        let value = self.value.expose();
        value.rsplit(' ').next().unwrap_or(value)
    }
}

/// Where tokens are requested, on a server of its own.
#[derive(Clone)]
pub struct TokenEndpoint {
    pub base_url: String,
    /// Safe to repeat.
    pub call: Call,
    /// The client's secret in the call, which must not be seen should the server repeat it.
    pub secret: Secret,
    /// The token in the response.
    pub read_token: fn(&Json) -> Option<Token>,
    pub classify: ErrorClassifier,
}

/// A credential that expires.
pub struct Token {
    pub credential: Credential,
    /// How long it is valid, if the server specifies it.
    pub lifetime: Option<Duration>,
}

/// How requests are authenticated.
#[derive(Clone)]
pub enum Credentials {
    /// Not at all.
    None,
    Given(Credential),
    Fetched(TokenEndpoint),
}

#[derive(Clone)]
pub struct Settings {
    pub base_url: String,
    pub credentials: Credentials,
    /// Headers of every request. Never for credentials.
    pub headers: Vec<(&'static str, String)>,
    pub user_agent: String,
    /// For one try, from connecting to the last byte of the response.
    pub request_timeout: Duration,
    /// Tries after the first.
    pub max_retries: u32,
    pub max_concurrent_requests: usize,
    pub requests_per_second: Option<f64>,
    /// PEM, trusted in addition to what the operating system trusts.
    pub ca_certificates: Option<String>,
    /// Accept any certificate.
    pub insecure: bool,
    /// PEM: certificate chain, key.
    pub client_certificate: Option<(String, Secret)>,
    /// Used for everything, in place of those in the environment. It may contain a password.
    pub proxy: Option<Secret>,
    /// The environment variables about proxies. The HTTP library reads them itself: here they are for error messages.
    pub proxy_variables: Vec<(&'static str, String)>,
    pub classify: ErrorClassifier,
    /// Removes secrets from errors; the client adds those of the connection.
    pub redactor: Redactor,
}

impl Settings {
    pub fn new(base_url: impl Into<String>, user_agent: impl Into<String>, classify: ErrorClassifier) -> Settings {
        Settings {
            base_url: base_url.into(),
            credentials: Credentials::None,
            headers: Vec::new(),
            user_agent: user_agent.into(),
            request_timeout: Duration::from_secs(30),
            max_retries: 4,
            max_concurrent_requests: 10,
            requests_per_second: None,
            ca_certificates: None,
            insecure: false,
            client_certificate: None,
            proxy: None,
            proxy_variables: Vec::new(),
            classify,
            redactor: Redactor::default(),
        }
    }
}

/// Without the address, into which somebody may have typed a password, and without certificates.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("headers", &self.headers)
            .field("user_agent", &self.user_agent)
            .field("request_timeout", &self.request_timeout)
            .field("max_retries", &self.max_retries)
            .field("max_concurrent_requests", &self.max_concurrent_requests)
            .field("requests_per_second", &self.requests_per_second)
            .field("insecure", &self.insecure)
            .finish_non_exhaustive()
    }
}

/// Which setting an error is about; the caller knows what its user calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    BaseUrl,
    /// The address of the token endpoint.
    TokenUrl,
    UserAgent,
    Credential,
    /// By its name.
    Header(&'static str),
    CaCertificates,
    ClientCertificate,
    Proxy,
    RequestTimeout,
    MaxConcurrentRequests,
    RequestsPerSecond,
}

/// A setting that cannot be used. Neither part ever repeats the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    pub setting: Setting,
    /// A clause that follows the setting's name: "must …", "contains …".
    pub reason: String,
}

impl SettingsError {
    pub(super) fn new(setting: Setting, reason: impl Into<String>) -> SettingsError {
        SettingsError { setting, reason: reason.into() }
    }
}

/// For developers: messages to users name the setting as they know it.
impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.setting, self.reason)
    }
}

impl std::error::Error for SettingsError {}
