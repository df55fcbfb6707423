//! `hoop_server_misc_config`, `hoop_server_auth_config` and `hoop_server_mcp_auth_config`: the settings of the whole
//! gateway. A PUT resets what it leaves out, so each is a merge.

use serde_json::json;

use super::names::{CODED_KEY, LISTEN_ADDRESS, is_coded_key, is_listen_address};
use super::shared::SOME_TEXT;
use crate::api::Json;
use crate::hooks::{Hooks, JsonObject};
use crate::schema::Kind::{Bool, Object, Set, Str};
use crate::schema::{
    Attr, Condition, Constant, Create, Destroy, Requirement, Resource, Rights, Rule, Update, WriteMethod, computed,
    fixed_id, optional, required, secret,
};

/// The one row that the settings of the login and of `/mcp` share.
const AUTH: &str = "serverconfig/auth";

pub(super) static MISC: Resource = Resource::new(
    "hoop_server_misc_config",
    "serverconfig/misc",
    "The listeners of the gateway, and the address at which agents and clients reach it. A listener that was \
     never configured here is left alone; removing its block from the configuration turns it off. The gateway starts and \
     stops listeners as soon as they change. Only for gateways with one organization.",
    MISC_ATTRS,
)
.subcategory("Gateway settings")
.path("serverconfig/misc")
.create(Create::Over)
.update(Update::MergePut)
.destroy(Destroy::Forget)
.complete_answers(&[WriteMethod::Put])
.readable_by(Rights::Auditor)
.data_source()
.destroy_note("A destroy changes nothing at the gateway: the listeners remain as they are.");

static MISC_ATTRS: &[Attr] = &[
    fixed_id("server"),
    or_default("grpc_server_url", "URL at which agents and clients reach the gateway with gRPC.").rules(&[
        Rule::Length(8, 255),
        Rule::Matches("a URL that begins with `grpc://`, `grpcs://`, `http://` or `https://`", is_grpc_url),
    ]),
    optional("postgres_server_config", Object(LISTENER), "Listener for PostgreSQL clients.").or_computed(),
    optional("ssh_server_config", Object(SSH), "Listener for SSH clients.")
        .or_computed()
        .requires(&[Requirement::RequiredIf("user_mapping", Condition::IsSet("trusted_cas"))]),
    optional("rdp_server_config", Object(LISTENER), "Listener for RDP clients.").or_computed(),
    optional("http_proxy_server_config", Object(LISTENER), "Listener for HTTP clients.").or_computed(),
];

/// A text that is never empty: where it is not configured, only the gateway knows it.
const fn or_default(name: &'static str, doc: &'static str) -> Attr {
    optional(name, Str, doc).or_computed().initially(|_| None)
}

const fn listen_address() -> Attr {
    required(
        "listen_address",
        Str,
        "Address and port of the listener, for example `0.0.0.0:15432`; empty if it is off.",
    )
    .rules(&[Rule::Matches(LISTEN_ADDRESS, is_listen_address)])
}

static LISTENER: &[Attr] = &[listen_address()];

static SSH: &[Attr] = &[
    listen_address(),
    secret(
        "hosts_key",
        Str,
        "Private key of the server, in PEM format and encoded with base64. If it is never configured, the gateway generates \
         one, which other changes keep.",
    ).rules(&[Rule::Matches(CODED_KEY, is_coded_key)]),
    optional("trusted_cas", Set(&Str), "Public keys of certificate authorities whose certificates are accepted.")
        .or_empty()
        .since("1.94.0"),
    optional("user_mapping", Object(MAPPING), "How a certificate is matched with a user.").since("1.94.0"),
];

static MAPPING: &[Attr] = &[
    required("cert_attr", Str, "Field of the certificate.").rules(&[Rule::OneOf(&["principal", "key_id"])]),
    required("user_attr", Str, "Field of the user.").rules(&[Rule::OneOf(&["email", "subject", "user_id"])]),
];

fn is_grpc_url(text: &str) -> bool {
    ["grpc://", "grpcs://", "http://", "https://"].iter().any(|scheme| text.starts_with(scheme))
}

pub(super) static LOGIN: Resource = Resource::new(
    "hoop_server_auth_config",
    AUTH,
    "How users log in. **A wrong value locks everybody out**: keep an API key of an administrator that does not depend \
     on the identity provider. Only for gateways with one organization.",
    LOGIN_ATTRS,
)
.subcategory("Gateway settings")
.path(AUTH)
.create(Create::Over)
.update(Update::MergePut)
.destroy(Destroy::Forget)
.complete_answers(&[WriteMethod::Put])
.readable_by(Rights::Auditor)
.requires(&[
    Requirement::RequiredIf("oidc_config", Condition::Is("auth_method", &["oidc"])),
    Requirement::RequiredIf("saml_config", Condition::Is("auth_method", &["saml"])),
])
.data_source()
.hooks(Hooks { body: Some(without_keys), ..Hooks::NONE })
.destroy_note("A destroy changes nothing at the gateway: users continue to log in as configured.");

static LOGIN_ATTRS: &[Attr] = &[
    fixed_id("server"),
    required("auth_method", Str, "Sign-in method.").rules(&[Rule::OneOf(&["local", "oidc", "saml"])]),
    required("webapp_users_management_status", Str, "Whether administrators manage users in the web application.")
        .rules(&[Rule::OneOf(&["active", "inactive"])]),
    optional(
        "oidc_config",
        Object(OIDC),
        "Identity provider with OpenID Connect. The gateway contacts it if it is used.",
    )
    .or_computed()
    .requires(&[Requirement::RequiredIf("client_secret", Condition::IsSet("issuer_url"))]),
    optional("saml_config", Object(SAML), "Identity provider with SAML 2.0. The gateway contacts it if it is used.")
        .or_computed(),
    optional("provider_name", Str, "Name of the identity provider.").or_computed().rules(&[Rule::Length(0, 64)]),
    role(
        "admin_role_name",
        "Group whose members are administrators. A change renames the group of all users and keys. Defaults to `admin`.",
    ),
    role(
        "auditor_role_name",
        "Group whose members are auditors. A change renames the group of all users and keys. Defaults to `auditor`.",
    ),
];

const fn role(name: &'static str, doc: &'static str) -> Attr {
    or_default(name, doc).rules(&[Rule::Length(1, 128)])
}

const fn groups_claim() -> Attr {
    optional("groups_claim", Str, "Claim that contains the groups of a user.")
        .default(Constant::Str("groups"))
        .rules(SOME_TEXT)
}

static OIDC: &[Attr] = &[
    required("issuer_url", Str, "URL of the issuer.").rules(SOME_TEXT),
    required("client_id", Str, "Identifier of the client.").rules(SOME_TEXT),
    secret("client_secret", Str, "Secret of the client.").rules(SOME_TEXT),
    optional("scopes", Set(&Str), "Scopes that are requested in addition to `openid`, `profile` and `email`.")
        .or_empty(),
    optional("audience", Str, "Audience of the tokens.").or_empty(),
    groups_claim(),
];

static SAML: &[Attr] = &[
    required("idp_metadata_url", Str, "URL of the metadata of the identity provider.").rules(SOME_TEXT),
    groups_claim(),
    computed("resolved_metadata", Object(METADATA), "What the metadata contained when the settings were last saved.")
        .since("1.111.6"),
];

static METADATA: &[Attr] = &[
    computed("entity_id", Str, "Identifier of the identity provider."),
    computed("sso_url", Str, "URL to which users are redirected to log in."),
    computed("certificate_expires_at", Str, "Time at which the newest signing certificate expires."),
    computed("resolved_at", Str, "Time at which the metadata was read."),
];

/// The keys of the gateway are not part of its settings: to send the pending one back would put it into effect.
fn without_keys(mut config: JsonObject) -> Json {
    config.remove("api_key");
    config.remove("rollout_api_key");
    Json::Object(config)
}

pub(super) static MCP: Resource = Resource::new(
    "hoop_server_mcp_auth_config",
    "serverconfig/mcp-auth",
    "Whether the endpoint `/mcp` accepts tokens of the identity provider (OAuth 2.1). Only for gateways with one \
     organization.",
    MCP_ATTRS,
)
.since("1.61.0")
.subcategory("Gateway settings")
.path("serverconfig/mcp-auth")
.create(Create::Over)
.update(Update::MergePut)
.destroy(Destroy::reset(|_| json!({})))
.complete_answers(&[WriteMethod::Put])
.lock(AUTH)
.readable_by(Rights::Auditor)
.data_source()
.destroy_note("A destroy disables it and clears the settings.");

static MCP_ATTRS: &[Attr] = &[
    fixed_id("server"),
    required("enabled", Bool, "Whether tokens of the identity provider are accepted."),
    optional("resource_uri", Str, "URI that the tokens must be issued for. Defaults to the address of the endpoint.")
        .or_computed(),
    optional("groups_claim", Str, "Claim that contains the groups of a user. Defaults to `groups`.").or_computed(),
    optional(
        "client_id",
        Str,
        "Client that is registered with the identity provider, if clients cannot register themselves.",
    )
    .or_computed()
    .since("1.123.0"),
    secret(
        "client_secret",
        Str,
        "Secret of `client_id`. Each client that registers can read it; a public client needs none.",
    )
    .since("1.123.0"),
];
