//! A provider as a table: its configuration, its system, its resources and queries.

use super::action::Action;
use super::attr::{Attr, optional};
use super::check::{check_provider, has, names_hook};
use super::ephemeral::Ephemeral;
use super::function::Function;
use super::kind::Kind;
use super::query::Query;
use super::resource::Resource;
use super::rights::Roles;
use super::rule::Rule;
use super::source::Target;
use crate::hooks::{CredentialOf, ErrorClassifier, TokenOf, TokenRequest, VersionOf};

/// A provider. Everything that Terraform sees of it is derived from this.
pub struct Provider {
    /// Its local name, which is the prefix of its types.
    pub name: &'static str,
    /// Its name in documentation and messages.
    pub title: &'static str,
    pub doc: &'static str,
    pub system: System,
    /// Its own attributes; [`HTTP_ATTRIBUTES`] come with every provider.
    pub attrs: &'static [Attr],
    pub resources: &'static [&'static Resource],
    /// Objects that are only read: there are data sources for them and no managed resource.
    pub data: &'static [&'static Resource],
    /// Data sources that belong to no resource.
    pub queries: &'static [&'static Query],
    pub ephemerals: &'static [&'static Ephemeral],
    pub actions: &'static [&'static Action],
    pub functions: &'static [&'static Function],
    /// Settings that are the default of an attribute with the same name.
    pub defaults: &'static [Input],
}

impl Provider {
    /// The same provider, checked for contradictions at compile time.
    pub const fn checked(self) -> Provider {
        check_provider(self.attrs, HTTP_ATTRIBUTES);
        let mut i = 0;
        while i < self.defaults.len() {
            assert!(has(self.attrs, self.defaults[i].attribute), "a default is not a setting of the provider");
            i += 1;
        }
        let mut i = 0;
        while i < self.resources.len() {
            let resource = self.resources[i];
            if let Some(path) = resource.path {
                let computed = !names_hook(path) || resource.hooks.path_part.is_some();
                assert!(computed, "path() contains an empty pair of braces but the hook path_part is missing");
            }
            let mut j = 0;
            while j < resource.attrs.len() {
                if let Some(setting) = resource.attrs[j].default_setting() {
                    assert!(has(self.attrs, setting), "default_from() is not the name of a setting of the provider");
                }
                j += 1;
            }
            i += 1;
        }
        let mut i = 0;
        while i < self.ephemerals.len() {
            self.ephemerals[i].check(self.system.credentials.exchange.is_some());
            i += 1;
        }
        assert!(has(self.attrs, self.system.url.attribute), "the address is not a setting of the provider");
        assert!(has(self.attrs, self.system.credentials.key.attribute), "the key is not a setting of the provider");
        self
    }

    /// All attributes of the provider block.
    pub fn attributes(&self) -> impl Iterator<Item = &'static Attr> + use<> {
        self.attrs.iter().chain(HTTP_ATTRIBUTES)
    }

    /// The tables of all data sources.
    pub fn readable(&self) -> impl Iterator<Item = &'static Resource> + Clone + use<> {
        self.resources.iter().chain(self.data).copied()
    }

    pub fn ephemeral(&self, name: &str) -> Option<&'static Ephemeral> {
        self.ephemerals.iter().copied().find(|ephemeral| ephemeral.name == name)
    }

    pub fn action(&self, name: &str) -> Option<&'static Action> {
        self.actions.iter().copied().find(|action| action.name == name)
    }

    pub fn function(&self, name: &str) -> Option<&'static Function> {
        self.functions.iter().copied().find(|function| function.name == name)
    }

    /// What the value of an attribute names, or each element of it. What a link contains is named at its other end.
    pub fn target(&self, attr: &Attr) -> Option<Target> {
        let linked = || {
            let link = attr.link()?;
            let back = self.resource(link.table)?.attr(link.attribute)?.link()?;
            Some(Target { table: link.table, attribute: back.own })
        };
        attr.own_target().or_else(linked)
    }

    pub fn resource(&self, name: &str) -> Option<&'static Resource> {
        self.resources.iter().copied().find(|resource| resource.name == name)
    }
}

/// Where a setting comes from: an attribute of the provider, otherwise an environment variable.
pub struct Input {
    pub attribute: &'static str,
    pub variable: &'static str,
}

/// What is specific to a system. The client implements HTTP, the engine implements Terraform; this maps the one to the
/// other.
pub struct System {
    /// The name of the system in messages, for example "Could not reach the …".
    pub title: &'static str,
    pub url: Input,
    pub credentials: Credentials,
    /// Settings that are sent in a header of every request if they are set.
    pub headers: &'static [(Input, &'static str)],
    /// The URL of the API from the configured one.
    pub endpoint: fn(&str) -> String,
    pub classify_error: ErrorClassifier,
    pub check: Check,
    pub version: VersionOf,
    /// The roles of keys, if the system has roles.
    pub roles: Option<Roles>,
    /// What to do about a URL that is not the API, refused credentials, missing rights.
    pub hints: Hints,
}

/// How requests are authenticated.
pub struct Credentials {
    pub key: Input,
    /// The attribute that selects the header of the key, if there is one.
    pub scheme: Option<&'static str>,
    pub header: CredentialOf,
    /// How a token is requested instead of configuring a key.
    pub exchange: Option<Exchange>,
    /// False if the system may accept requests without credentials.
    pub demanded: bool,
}

/// A token that expires, requested from an authorization server with client credentials.
pub struct Exchange {
    pub url: Input,
    pub id: Input,
    pub secret: Input,
    /// The path below `url`, for a POST.
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

/// One cheap request that succeeds only with valid credentials. Its answer contains the role of the key and the
/// version.
pub struct Check {
    pub path: &'static [&'static str],
    pub query: &'static [(&'static str, &'static str)],
    /// The path for the version if the first answer does not contain it; empty if there is none.
    pub version_path: &'static [&'static str],
}

/// What to do about the errors that can occur in every request.
pub struct Hints {
    pub wrong_address: &'static str,
    pub unauthorized: &'static str,
    pub forbidden: &'static str,
    /// The authorization server refused the client credentials.
    pub no_token: &'static str,
}

/// Settings of the HTTP client, the same for every provider.
pub static HTTP_ATTRIBUTES: &[Attr] = &[
    optional(
        "ca_cert_file",
        Kind::Str,
        "Path of a PEM file with CA certificates to trust in addition to the system's.",
    ),
    optional("ca_cert_pem", Kind::Str, "CA certificates to trust in addition to the system's, in PEM format."),
    optional(
        "client_cert_pem",
        Kind::Str,
        "Client certificate that the provider presents, in PEM format. Requires \
         `client_key_pem`.",
    ),
    optional("client_key_pem", Kind::Str, "Private key of `client_cert_pem`, in PEM format.").sensitive(),
    optional(
        "insecure_skip_verify",
        Kind::Bool,
        "Disables the verification of the server's certificate. For testing \
         only.",
    ),
    optional(
        "proxy_url",
        Kind::Str,
        "URL of a proxy for all requests. Defaults to the proxy in the environment variables `HTTPS_PROXY` and \
         `HTTP_PROXY`, with the exceptions in `NO_PROXY`.",
    )
    .sensitive(),
    optional("request_timeout", Kind::Int64, "Timeout of one request in seconds. Defaults to 30.")
        .rules(&[Rule::Range(1, 600)]),
    optional(
        "max_retries",
        Kind::Int64,
        "Maximum number of retries of a request that is safe to repeat. Defaults to \
         4.",
    )
    .rules(&[Rule::Range(0, 20)]),
    optional("max_concurrent_requests", Kind::Int64, "Maximum number of concurrent requests. Defaults to 10.")
        .rules(&[Rule::Range(1, 100)]),
    optional(
        "requests_per_second",
        Kind::Int64,
        "Maximum number of requests started per second. Unlimited by default.",
    )
    .rules(&[Rule::Range(1, 1000)]),
    optional(
        "skip_credentials_validation",
        Kind::Bool,
        "Skips the credential check before the first read or plan. The first request then shows whether the \
         credentials are valid.",
    ),
];
