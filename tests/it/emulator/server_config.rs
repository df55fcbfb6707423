//! Handlers of `/serverconfig` (facts §7): what the whole gateway goes by. Each part always exists, and a PUT replaces all
//! of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::go_json::{Body, Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, ok, refuse};
use super::routes::Gateway;
use super::rules;
use super::store::secret_text;

const MISC: Shape = Shape {
    name: "ServerMiscConfig",
    fields: &[
        field("grpc_server_url", Go::Text),
        field("product_analytics", Go::Text),
        field("rdp_server_config", Go::AnyMap),
        field("postgres_server_config", Go::AnyMap),
        field("ssh_server_config", Go::AnyMap),
        field("http_proxy_server_config", Go::AnyMap),
    ],
};
const LISTENER: Shape = Shape {
    name: "SSHServerConfig",
    fields: &[
        field("listen_address", Go::Text),
        field("hosts_key", Go::Text),
        field("trusted_cas", Go::Texts),
        field("user_mapping", Go::AnyMap),
    ],
};
const MAPPING: Shape =
    Shape { name: "SSHUserMapping", fields: &[field("cert_attr", Go::Text), field("user_attr", Go::Text)] };
const AUTH: Shape = Shape {
    name: "ServerAuthConfig",
    fields: &[
        required("auth_method", Go::Text),
        required("webapp_users_management_status", Go::Text),
        field("oidc_config", Go::AnyMap),
        field("saml_config", Go::AnyMap),
        field("provider_name", Go::Text),
        field("rollout_api_key", Go::Text),
        field("admin_role_name", Go::Text),
        field("auditor_role_name", Go::Text),
    ],
};
const OIDC: Shape = Shape {
    name: "ServerAuthConfig.OidcConfig",
    fields: &[
        required("issuer_url", Go::Text),
        required("client_id", Go::Text),
        required("client_secret", Go::Text),
        field("scopes", Go::Texts),
        field("audience", Go::Text),
        field("groups_claim", Go::Text),
    ],
};
const SAML: Shape = Shape {
    name: "ServerAuthConfig.SamlConfig",
    fields: &[required("idp_metadata_url", Go::Text), field("groups_claim", Go::Text)],
};
const MCP: Shape = Shape {
    name: "ServerMcpAuthConfig",
    fields: &[
        field("enabled", Go::Flag),
        field("resource_uri", Go::Text),
        field("groups_claim", Go::Text),
        field("client_id", Go::Text),
        field("client_secret", Go::Text),
    ],
};

const GRPC_URL: &str = "grpc://127.0.0.1:8010";

/// Ports of the recorded gateway itself, where no listener can start.
const OWN_PORTS: [&str; 2] = ["8009", "8010"];

#[derive(Clone, Debug)]
pub(super) struct ServerConfig {
    misc: Value,
    /// Without the legacy key, which is among the other keys.
    pub(super) auth: Value,
    rollout_api_key: Option<String>,
    mcp_auth: Value,
}

impl ServerConfig {
    pub(super) fn fresh() -> Self {
        let on = |address: &str| json!({ "listen_address": address });
        Self {
            misc: json!({
                "grpc_server_url": GRPC_URL, "postgres_server_config": null, "ssh_server_config": null,
                "rdp_server_config": on("0.0.0.0:13389"), "http_proxy_server_config": on("0.0.0.0:18888"),
                "product_analytics": "active",
            }),
            auth: json!({
                "auth_method": "local", "oidc_config": null, "saml_config": null, "provider_name": "",
                "webapp_users_management_status": "active", "admin_role_name": "admin", "auditor_role_name": "auditor",
            }),
            rollout_api_key: None,
            mcp_auth: mcp_shown(&Body::default()),
        }
    }

    /// Whether a listener of this name is on.
    pub(super) fn listens(&self, name: &str) -> bool {
        self.misc[name]["listen_address"].as_str().is_some_and(|address| !address.is_empty())
    }

    /// Host and port of this listener, empty while it is off.
    pub(super) fn listener(&self, name: &str) -> (&str, &str) {
        self.misc[name]["listen_address"].as_str().and_then(|address| address.split_once(':')).unwrap_or_default()
    }
}

pub(super) fn misc(gateway: &mut Gateway, _: &Request) -> Outcome {
    misc_shown(gateway)
}

/// A listener that is absent is switched off. Nothing is stored if one cannot start.
pub(super) fn put_misc(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = MISC.read(&request.body)?;
    let url = body.given_text("grpc_server_url").filter(|url| !url.is_empty()).unwrap_or_else(|| GRPC_URL.into());
    if gateway.is_old() && !["active", "inactive"].contains(&body.text("product_analytics").as_str()) {
        return Err(refuse(
            400,
            "invalid attribute for 'product_analytics', accepted values are 'active' or 'inactive'",
        ));
    }
    if !["grpc://", "grpcs://", "http://", "https://"].iter().any(|scheme| url.starts_with(scheme)) {
        let schemes = "it must start with 'grpc://', 'grpcs://', 'http://', or 'https://'";
        return Err(refuse(400, format!("invalid attribute for 'grpc_server_url', {schemes}")));
    }
    let mut misc = json!({ "grpc_server_url": url, "product_analytics": body.any("product_analytics") });
    let listeners = MISC.names().filter(|name| name.ends_with("_server_config"));
    for name in listeners.clone() {
        let read = |body: &Value| LISTENER.read_value(body).map_err(|text| refuse(400, text));
        misc[name] = body.any(name).map_or(Ok(Value::Null), |body| listener(name, &read(body)?))?;
    }
    for name in listeners {
        let stored = &gateway.store.server.misc[name];
        if misc[name]["listen_address"].as_str().is_some_and(|address| !address.is_empty()) && misc[name] != *stored {
            start(&mut misc[name]).map_err(|text| refuse(500, format!("failed handling {name} startup: {text}")))?;
        }
    }
    rules::database_length(&url, 255).map_err(|_| refuse(500, "failed to update server config"))?;
    gateway.store.server.misc = misc;
    misc_shown(gateway)
}

fn misc_shown(gateway: &Gateway) -> Outcome {
    let mut shown = gateway.store.server.misc.clone();
    if let (Value::Object(shown), false) = (&mut shown, gateway.is_old()) {
        shown.remove("product_analytics");
    }
    ok(&shown)
}

fn listener(name: &str, body: &Body) -> Result<Value, Answer> {
    let address = body.text("listen_address");
    if !address.is_empty() && !address.contains(':') {
        return Err(refuse(400, "invalid attribute for 'listen_address', it must be in the format 'ip:port'"));
    }
    let mut shown = json!({ "listen_address": address });
    if name != "ssh_server_config" {
        return Ok(shown);
    }
    let mapping = body.any("user_mapping").map(|mapping| MAPPING.read_value(mapping)).transpose();
    let mapping = mapping.map_err(|text| refuse(400, text))?;
    let authorities = body.texts("trusted_cas").unwrap_or_default();
    shown["hosts_key"] = json!(body.text("hosts_key"));
    if !authorities.is_empty() {
        let Some(mapping) = &mapping else {
            return Err(refuse(400, "user_mapping is required when trusted_cas is configured"));
        };
        if !["principal", "key_id"].contains(&mapping.text("cert_attr").as_str()) {
            return Err(refuse(400, "invalid cert_attr: must be 'principal' or 'key_id'"));
        }
        if !["email", "subject", "user_id"].contains(&mapping.text("user_attr").as_str()) {
            return Err(refuse(400, "invalid user_attr: must be 'email', 'subject', or 'user_id'"));
        }
        shown["trusted_cas"] = json!(authorities);
    }
    if let Some(mapping) = mapping {
        shown["user_mapping"] =
            json!({ "cert_attr": mapping.text("cert_attr"), "user_attr": mapping.text("user_attr") });
    }
    Ok(shown)
}

/// A listener that differs from the running one starts anew, for SSH with a key of its own if none is given.
fn start(listener: &mut Value) -> rules::Refusal {
    let address = listener["listen_address"].as_str().unwrap_or_default();
    match address.split(':').collect::<Vec<_>>()[..] {
        [_, port] if OWN_PORTS.contains(&port) => Err(format!("listen tcp4 {address}: bind: address already in use"))?,
        [_, port] if port.parse::<u16>().is_ok() => {}
        _ => Err(format!("listen tcp4: address {address}: invalid port"))?,
    }
    let is_key = |text: &str| text.starts_with("ssh-") || text.starts_with("ecdsa-");
    let authorities = listener["trusted_cas"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(wrong) = authorities.into_iter().find(|text| !is_key(text)) {
        return Err(format!("failed parsing trusted CA \"{wrong}\": ssh: no key found"));
    }
    match listener.get("hosts_key").and_then(Value::as_str) {
        Some("") => {
            let [begin, end] = ["BEGIN", "END"].map(|word| format!("-----{word} OPENSSH PRIVATE KEY-----\n"));
            listener["hosts_key"] = json!(STANDARD.encode(format!("{begin}{}\n{end}", secret_text(""))));
        }
        Some(key) if !STANDARD.decode(key).is_ok_and(|key| String::from_utf8_lossy(&key).contains("-----BEGIN ")) => {
            return Err("failed parsing hosts key, reason=failed to decode hosts key: ssh: no key found".into());
        }
        _ => {}
    }
    Ok(())
}

pub(super) fn auth(gateway: &mut Gateway, _: &Request) -> Outcome {
    auth_shown(gateway)
}

/// The order of checks is that of the gateway. A key that was generated and comes back is the legacy key from then on.
pub(super) fn put_auth(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = AUTH.read(&request.body).map_err(unprocessable)?;
    let part = |name: &str, shape: &Shape| {
        let read = body.any(name).map(|part| shape.read_value(part)).transpose();
        read.map_err(|text| refuse(422, text))
    };
    let (oidc, saml) = (part("oidc_config", &OIDC)?, part("saml_config", &SAML)?);
    let (method, status) = (body.text("auth_method"), body.text("webapp_users_management_status"));
    if !["active", "inactive"].contains(&status.as_str()) {
        let accepted = "accepted values are 'active' or 'inactive'";
        return Err(refuse(422, format!("invalid attribute for webapp_users_management_status, {accepted}")));
    }
    for (name, missing) in [("oidc", oidc.is_none()), ("saml", saml.is_none())] {
        if method == name && missing {
            return Err(refuse(422, format!("attribute '{name}_config' is required for this auth method")));
        }
    }
    let (keys, server) = (&mut gateway.keys, &mut gateway.store.server);
    let rolled_out = body.given_text("rollout_api_key");
    if rolled_out.as_ref().is_some_and(|key| *key != server.rollout_api_key.clone().unwrap_or_default()) {
        return Err(refuse(422, "rollout api key does match with stored value"));
    }
    if !["local", "oidc", "saml"].contains(&method.as_str()) {
        return Err(refuse(422, format!("invalid auth method: {method}")));
    }
    reach(&method, oidc.as_ref(), saml.as_ref())?;
    let named =
        |name: &str, default: &str| Some(body.text(name)).filter(|name| !name.is_empty()).unwrap_or(default.into());
    let lengths = [("provider_name", 64), ("admin_role_name", 128), ("auditor_role_name", 128)];
    if lengths.iter().any(|(name, limit)| rules::database_length(&body.text(name), *limit).is_err()) {
        return Err(refuse(500, "failed to update server auth config"));
    }
    if let Some(key) = rolled_out {
        (keys.legacy, server.rollout_api_key) = (key, None);
    }
    server.auth = json!({
        "auth_method": method, "webapp_users_management_status": status, "provider_name": body.text("provider_name"),
        "oidc_config": oidc.map(|oidc| oidc_shown(&oidc)), "saml_config": saml.map(|saml| saml_shown(&saml, &method)),
        "admin_role_name": named("admin_role_name", "admin"), "auditor_role_name": named("auditor_role_name", "auditor"),
    });
    auth_shown(gateway)
}

/// A provider of logins is contacted before it is stored. Here it is there if its address is one of HTTPS.
fn reach(method: &str, oidc: Option<&Body>, saml: Option<&Body>) -> Result<(), Answer> {
    let url = match method {
        "oidc" => oidc.map(|oidc| oidc.text("issuer_url")),
        "saml" => saml.map(|saml| saml.text("idp_metadata_url")),
        _ => None,
    };
    match url.filter(|url| !url.starts_with("https://")) {
        Some(url) => Err(refuse(400, format!("Get \"{url}\": dial tcp: connect: connection refused"))),
        None => Ok(()),
    }
}

fn groups_claim(body: &Body) -> String {
    body.given_text("groups_claim").filter(|claim| !claim.is_empty()).unwrap_or_else(|| "groups".into())
}

fn oidc_shown(body: &Body) -> Value {
    json!({
        "issuer_url": body.text("issuer_url"), "client_id": body.text("client_id"),
        "client_secret": body.text("client_secret"), "scopes": body.texts("scopes"),
        "audience": body.text("audience"), "groups_claim": groups_claim(body),
    })
}

fn saml_shown(body: &Body, method: &str) -> Value {
    let url = body.text("idp_metadata_url");
    let mut shown = json!({ "idp_metadata_url": url, "groups_claim": groups_claim(body) });
    if method == "saml" {
        shown["resolved_metadata"] = json!({
            "entity_id": url, "sso_url": format!("{url}/sso"), "certificate_expires_at": "2036-01-01T00:00:00Z",
            "resolved_at": "2026-01-01T00:00:00Z",
        });
    }
    shown
}

fn auth_shown(gateway: &Gateway) -> Outcome {
    let mut shown = gateway.store.server.auth.clone();
    shown["api_key"] = json!(gateway.keys.legacy);
    shown["rollout_api_key"] = json!(gateway.store.server.rollout_api_key);
    ok(&shown)
}

/// The old key works until a PUT brings the new one.
pub(super) fn generate_key(gateway: &mut Gateway, _: &Request) -> Outcome {
    let key = secret_text("xapi-");
    gateway.store.server.rollout_api_key = Some(key.clone());
    created(&json!({ "rollout_api_key": key }))
}

pub(super) fn mcp_auth(gateway: &mut Gateway, _: &Request) -> Outcome {
    ok(&gateway.store.server.mcp_auth)
}

pub(super) fn put_mcp_auth(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = MCP.read(&request.body).map_err(unprocessable)?;
    gateway.store.server.mcp_auth = mcp_shown(&body);
    ok(&gateway.store.server.mcp_auth)
}

fn mcp_shown(body: &Body) -> Value {
    json!({
        "enabled": body.any("enabled").is_some_and(|enabled| *enabled == true),
        "resource_uri": body.text("resource_uri"), "groups_claim": body.text("groups_claim"),
        "client_id": body.text("client_id"), "client_secret": body.text("client_secret"),
    })
}

/// A body that cannot be read is a 422 here.
fn unprocessable(refusal: Answer) -> Answer {
    Answer { status: 422, ..refusal }
}
