//! What a client is made from, and what is wrong with it. Nothing here is read from the environment.

use std::fmt;
use std::time::Duration;

use super::{Call, ErrorClassifier, Json, Redactor};
use crate::secret::Secret;

/// The header that proves who we are.
#[derive(Clone, Debug)]
pub struct Credential {
    pub header: &'static str,
    /// The whole value, scheme word included.
    pub value: Secret,
}

impl Credential {
    /// What a server would repeat of it: the scheme word before it is not secret.
    pub(super) fn token(&self) -> &str {
        let value = self.value.expose();
        value.rsplit(' ').next().unwrap_or(value)
    }
}

/// How a credential is fetched, from a server of its own.
#[derive(Clone)]
pub struct Fetch {
    pub base_url: String,
    /// It holds the client's secret, and is repeated without harm.
    pub call: Call,
    /// What of the call must not be seen, should the server repeat it.
    pub secret: Secret,
    /// The token in the answer.
    pub read: fn(&Json) -> Option<Token>,
    pub classifier: ErrorClassifier,
}

/// A credential that wears out.
pub struct Token {
    pub credential: Credential,
    /// How long it is good for, if the server says.
    pub lives: Option<Duration>,
}

/// What proves who asks.
#[derive(Clone)]
pub enum Credentials {
    /// Nothing: the server asks for none.
    None,
    Given(Credential),
    Fetched(Fetch),
}

#[derive(Clone)]
pub struct Settings {
    pub base_url: String,
    pub credentials: Credentials,
    /// Headers of every request. Never for credentials.
    pub headers: Vec<(&'static str, String)>,
    pub user_agent: String,
    /// For one try, from connecting to the last byte of the answer.
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
    /// Used for everything, in place of what the environment says. It may hold a password.
    pub proxy: Option<Secret>,
    /// What the environment says of proxies, by variable. The HTTP library reads them itself: here they are for the words
    /// of errors.
    pub proxy_variables: Vec<(&'static str, String)>,
    pub classifier: ErrorClassifier,
    /// What no error may repeat of what the server says; the client adds what it connects with.
    pub redactor: Redactor,
}

impl Settings {
    pub fn new(base_url: impl Into<String>, user_agent: impl Into<String>, classifier: ErrorClassifier) -> Settings {
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
            classifier,
            redactor: Redactor::default(),
        }
    }
}

/// Without the address, which may have a password typed into it, and without certificates.
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

/// Which of the settings an error is about; whoever made them from a user's words knows what those are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    BaseUrl,
    /// The address that tokens come from.
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
    /// A clause that follows the setting's name: "must …", "holds …".
    pub reason: String,
}

impl SettingsError {
    pub(super) fn new(setting: Setting, reason: impl Into<String>) -> SettingsError {
        SettingsError { setting, reason: reason.into() }
    }
}

/// For developers: a user is told by the name that they know.
impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.setting, self.reason)
    }
}

impl std::error::Error for SettingsError {}
