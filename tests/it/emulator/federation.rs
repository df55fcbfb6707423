//! Handlers of `/connections/{}/federation` (facts §3, sub-resources): how users of a connection become users of a cloud.

use serde_json::{Value, json};

use super::go_json::{Body, Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, deleted, ok, refuse};
use super::routes::Gateway;
use super::store::new_id;

const FEDERATION: Shape = Shape {
    name: "ConnectionFederationConfig",
    fields: &[
        required("hook_source", Go::Text),
        field("builtin_provider", Go::Text),
        field("admin_credentials_json", Go::Text),
        field("identity_source_attribute", Go::Text),
        field("identity_target_template", Go::Text),
        field("fallback_policy", Go::Text),
        field("token_ttl_seconds", Go::Whole),
        field("extra_config", Go::AnyMap),
    ],
};

/// What stands for a value that is absent or empty.
const DEFAULTS: [(&str, &str); 3] = [
    ("identity_source_attribute", "$.user.email"),
    ("identity_target_template", "{user.email}"),
    ("fallback_policy", "deny"),
];

pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    let id = connection(gateway, request)?;
    ok(gateway.store.federations.get(&id).ok_or_else(not_configured)?)
}

/// An upsert that resets what is absent, but for the credentials: those only a DELETE removes.
pub(super) fn put(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = FEDERATION.read(&request.body)?;
    let connection_id = connection(gateway, request)?;
    let text = |name: &str| Some(body.text(name)).filter(|text| !text.is_empty());
    let ttl = body.whole("token_ttl_seconds").unwrap_or_default();
    let now = gateway.store.now();
    let stored = gateway.store.federations.get(&connection_id);
    let kept = |name: &str| stored.and_then(|stored| stored.get(name)).cloned();
    let mut shown = json!({
        "id": kept("id").unwrap_or_else(|| json!(new_id())), "connection_id": connection_id,
        "hook_source": body.text("hook_source"), "builtin_provider": body.text("builtin_provider"),
        "token_ttl_seconds": if ttl == 0 { 3600 } else { ttl },
        "created_at": kept("created_at").unwrap_or_else(|| json!(now)), "updated_at": now,
    });
    for (name, default) in DEFAULTS {
        shown[name] = json!(text(name).unwrap_or_else(|| default.into()));
    }
    check(&shown)?;
    if kept("has_admin_credentials").is_some() || text("admin_credentials_json").is_some() {
        shown["has_admin_credentials"] = json!(true);
    }
    if let Some(extra) = body.any_map("extra_config").filter(|extra| !extra.is_empty()) {
        shown["extra_config"] = json!(extra);
    }
    gateway.store.federations.insert(connection_id, shown.clone());
    ok(&shown)
}

pub(super) fn delete(gateway: &mut Gateway, request: &Request) -> Outcome {
    let id = connection(gateway, request)?;
    gateway.store.federations.remove(&id).ok_or_else(not_configured)?;
    deleted()
}

fn connection(gateway: &Gateway, request: &Request) -> Result<String, Answer> {
    let row = gateway.store.find_connection(request.param(0));
    row.map(|row| row.id.clone()).ok_or_else(|| refuse(404, "connection not found"))
}

fn not_configured() -> Answer {
    refuse(404, "federation not configured for this connection")
}

fn check(shown: &Value) -> Result<(), Answer> {
    let text = |name: &str| shown[name].as_str().unwrap_or_default();
    let refused = match (text("hook_source"), text("builtin_provider"), text("fallback_policy")) {
        ("builtin", "gcp_iam" | "gcp_oauth", "deny" | "static") => None,
        ("builtin", "", _) => Some("builtin_provider is required when hook_source=builtin"),
        ("builtin", "gcp_iam" | "gcp_oauth", _) => Some("fallback_policy must be one of: deny, static"),
        ("builtin", ..) => Some("unknown builtin_provider"),
        _ => Some("hook_source must be \"builtin\""),
    };
    let is_lifetime = shown["token_ttl_seconds"].as_i64().is_some_and(|ttl| (1..=43200).contains(&ttl));
    let refused = refused.or((!is_lifetime).then_some("token_ttl_seconds must be between 1 and 43200"));
    let is_source = matches!(text("identity_source_attribute"), "$.user.email" | "$.user.id");
    let refused = refused.or((!is_source).then_some("unsupported identity source attribute"));
    // Any other pair of braces is a placeholder that nothing fills.
    let filled = text("identity_target_template").replace("{user.email}", "").replace("{user.id}", "");
    let is_filled = filled.split_once('{').is_none_or(|(_, rest)| !rest.contains('}'));
    let refused = refused.or((!is_filled).then_some("identity target template contains unknown placeholder"));
    refused.map_or(Ok(()), |message| Err(refuse(400, message)))
}
