//! A provider as a table: its configuration, the system that it talks to, its resources.

use super::attr::{Attr, optional};
use super::check::{check_provider, has, names_hook};
use super::kind::Kind;
use super::query::Query;
use super::resource::Resource;
use super::rights::Roles;
use super::rule::Rule;
use crate::hooks::{CredentialOf, ErrorClassifier, TokenOf, TokenRequest, VersionOf};

/// A provider: everything that Terraform asks about is derived from it.
pub struct Provider {
    /// Local name, the prefix of its types.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    pub doc: &'static str,
    pub system: System,
    /// Its own attributes; [`HTTP_ATTRIBUTES`] come with every provider.
    pub attrs: &'static [Attr],
    pub resources: &'static [&'static Resource],
    /// Data sources beside those of the resources.
    pub queries: &'static [&'static Query],
    /// Settings that stand in for an attribute of the same name on objects that have none.
    pub defaults: &'static [Input],
}

impl Provider {
    /// The same provider, if it does not contradict itself. Runs while the table compiles.
    pub const fn checked(self) -> Provider {
        check_provider(self.attrs, HTTP_ATTRIBUTES);
        let mut i = 0;
        while i < self.defaults.len() {
            assert!(has(self.attrs, self.defaults[i].attribute), "a default is no setting of the provider");
            i += 1;
        }
        let mut i = 0;
        while i < self.resources.len() {
            let resource = self.resources[i];
            if let Some(path) = resource.path {
                let computed = !names_hook(path) || resource.hooks.path_part.is_some();
                assert!(computed, "nothing computes what an empty pair of braces in path() stands for");
            }
            let mut j = 0;
            while j < resource.attrs.len() {
                if let Some(setting) = resource.attrs[j].default_setting() {
                    assert!(has(self.attrs, setting), "default_from() names no setting of the provider");
                }
                j += 1;
            }
            i += 1;
        }
        assert!(has(self.attrs, self.system.url.attribute), "the address is no setting of the provider");
        assert!(has(self.attrs, self.system.credentials.key.attribute), "the key is no setting of the provider");
        self
    }

    /// All attributes of the provider block.
    pub fn attributes(&self) -> impl Iterator<Item = &'static Attr> + use<> {
        self.attrs.iter().chain(HTTP_ATTRIBUTES)
    }

    pub fn resource(&self, name: &str) -> Option<&'static Resource> {
        self.resources.iter().copied().find(|resource| resource.name == name)
    }
}

/// Where a setting comes from: the attribute, else the environment variable.
pub struct Input {
    pub attribute: &'static str,
    pub variable: &'static str,
}

/// What is a system's own. The client knows HTTP, the engine knows Terraform; this says what their words mean there.
pub struct System {
    /// The system in words, e.g. for "the … does not answer".
    pub title: &'static str,
    pub url: Input,
    pub credentials: Credentials,
    /// Settings that go into a header of every request, where they are given.
    pub headers: &'static [(Input, &'static str)],
    /// The address of the API from what the user wrote.
    pub endpoint: fn(&str) -> String,
    pub classify_error: ErrorClassifier,
    pub check: Check,
    pub version: VersionOf,
    /// What a key may do depends on its role, if the system has roles.
    pub roles: Option<Roles>,
    /// What to do about an address that is not the API, a refused credential, a missing right.
    pub hints: Hints,
}

/// How a user proves who they are.
pub struct Credentials {
    pub key: Input,
    /// The attribute that demands a header for the key, if there is one.
    pub scheme: Option<&'static str>,
    pub header: CredentialOf,
    /// Another way to a key.
    pub exchange: Option<Exchange>,
    /// False where a system may be open to all who reach it.
    pub demanded: bool,
}

/// A key that wears out, got from a server of its own with the credentials of a client.
pub struct Exchange {
    pub url: Input,
    pub id: Input,
    pub secret: Input,
    /// Below `url`; it is posted to.
    pub path: &'static [&'static str],
    pub request: TokenRequest,
    pub token: TokenOf,
    pub classify_error: ErrorClassifier,
}

impl Exchange {
    pub fn inputs(&self) -> [&Input; 3] {
        [&self.url, &self.id, &self.secret]
    }
}

/// One cheap request that only a valid credential passes. Its answer tells the rights of the key and the version.
pub struct Check {
    pub path: &'static [&'static str],
    pub query: &'static [(&'static str, &'static str)],
    /// What is asked for the version when the first answer does not tell it; empty where nothing else does.
    pub version_path: &'static [&'static str],
}

/// The next step for the errors that every request can meet.
pub struct Hints {
    pub wrong_address: &'static str,
    pub unauthorised: &'static str,
    pub forbidden: &'static str,
    /// No token was given for the credentials of a client.
    pub no_token: &'static str,
}

/// Settings of the HTTP client, the same for every system.
pub static HTTP_ATTRIBUTES: &[Attr] = &[
    optional(
        "ca_cert_file",
        Kind::Str,
        "Path of a PEM file with certificates of authorities to trust besides the system's.",
    ),
    optional("ca_cert_pem", Kind::Str, "Certificates of authorities to trust besides the system's, in PEM."),
    optional("client_cert_pem", Kind::Str, "Certificate that the provider presents, in PEM. Needs `client_key_pem`."),
    optional("client_key_pem", Kind::Str, "Private key of `client_cert_pem`, in PEM.").sensitive(),
    optional("insecure_skip_verify", Kind::Bool, "Do not verify the server's certificate. For trials only."),
    optional(
        "proxy_url",
        Kind::Str,
        "Proxy for all requests; by default `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` decide.",
    )
    .sensitive(),
    optional("request_timeout", Kind::Int64, "Seconds that one request may take. Default 30.")
        .rules(&[Rule::Range(1, 600)]),
    optional("max_retries", Kind::Int64, "How often a request that is safe to repeat is repeated. Default 4.")
        .rules(&[Rule::Range(0, 20)]),
    optional("max_concurrent_requests", Kind::Int64, "How many requests are under way at once. Default 10.")
        .rules(&[Rule::Range(1, 100)]),
    optional("requests_per_second", Kind::Int64, "How many requests are begun per second; unlimited by default.")
        .rules(&[Rule::Range(1, 1000)]),
    optional(
        "skip_credentials_validation",
        Kind::Bool,
        "Do not try the credentials before the first read or plan. The first request then shows whether they work.",
    ),
];
