//! How a connection is shown: alone, in a list, under its resource, and in the answer of a write (facts §3, the table
//! and "two views"). Reads only.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::auth::Role;
use super::routes::Gateway;
use super::store::{ACCESS, Connection, Store, TextMap, Texts};
use super::{access_rules, analyzer, attributes};

/// Fields that old gateways do not show (facts §10).
const NOT_IN_OLD: &[&str] = &["attributes", "mandatory_metadata_fields", "effective_features"];

/// The first versions in which roles show the limits, and in which changes of secrets are stamped.
const LIMITS_IN_ROLES: (u32, u32) = (1, 69);
pub(super) const STAMPS: (u32, u32) = (1, 113);

/// A base64 value that begins so is a reference to a secret kept elsewhere; it is shown even where values are masked.
const REFERENCES: &[&str] = &["_aws:", "_envjson:", "_vaultkv1:", "_vaultkv2:", "_aws_iam_rds:"];

/// GET of one connection: its own secret and agent.
pub(super) fn one(gateway: &Gateway, row: &Connection, role: Role, masked: bool) -> Value {
    let mut shown = full(gateway, row);
    if role == Role::Admin {
        show_secret(&mut shown, row, masked);
    }
    let (features, jit) = effective_features(&gateway.store, row, &shown);
    shown.insert("effective_features".into(), features);
    if let Some(duration) = jit {
        shown.insert("jit_access_duration_sec".into(), duration);
    }
    show_managed(&gateway.store, &mut shown, row);
    shown.insert("attributes".into(), json!(row.attributes));
    finish(gateway, shown)
}

/// The answer of POST, PUT and PATCH: the resource's env_vars and agent under the connection's own. `attributes` are
/// what the request gave.
pub(super) fn written(gateway: &Gateway, row: &Connection, attributes: Option<Texts>, masked: bool) -> Value {
    let row = merged(&gateway.store, row);
    let mut shown = full(gateway, &row);
    show_secret(&mut shown, &row, masked);
    shown.insert("attributes".into(), json!(attributes));
    finish(gateway, shown)
}

/// An entry of GET /connections: less than GET of one shows, in pages the metadata fields but no template, and of the
/// attributes those that users attached.
pub(super) fn listed(gateway: &Gateway, row: &Connection, paged: bool) -> Value {
    let mut shown = full(gateway, row);
    for hidden in ["force_approve_groups", "access_max_duration", "min_review_approvals"] {
        shown.insert(hidden.into(), Value::Null);
    }
    match paged {
        true => shown.insert("jira_issue_template_id".into(), json!("")),
        false => shown.insert("mandatory_metadata_fields".into(), Value::Null),
    };
    shown.remove("secrets_updated_at");
    show_managed(&gateway.store, &mut shown, row);
    let (_, own) = by_manager(&gateway.store, row);
    shown.insert("attributes".into(), json!(own));
    finish(gateway, shown)
}

/// An entry of `roles` in GET /resources: the columns of the row, nothing that is kept elsewhere.
pub(super) fn role(gateway: &Gateway, row: &Connection, masked: bool) -> Value {
    let mut shown = columns(row);
    if masked {
        shown.insert("secret".into(), Value::Null);
    }
    if gateway.release() < LIMITS_IN_ROLES {
        let limits = ["force_approve_groups", "access_max_duration", "min_review_approvals"];
        shown.extend(limits.map(|limit| (limit.to_owned(), Value::Null)));
    }
    finish(gateway, shown)
}

/// The connection with what its resource adds.
pub(super) fn merged(store: &Store, row: &Connection) -> Connection {
    let mut merged = row.clone();
    if let Some(resource) = store.resources.get(&row.resource_name) {
        for (key, value) in &resource.env_vars {
            merged.secret.entry(key.clone()).or_insert_with(|| value.clone());
        }
        merged.agent_id = merged.agent_id.or_else(|| resource.agent_id.clone());
    }
    merged
}

fn columns(row: &Connection) -> Map<String, Value> {
    let shown = json!({
        "id": row.id, "name": row.name, "type": row.kind, "subtype": row.subtype, "command": row.command,
        "resource_name": row.resource_name, "agent_id": row.agent_id.as_deref().unwrap_or_default(),
        "status": "offline", "managed_by": row.managed_by, "secret": {}, "default_database": "",
        "reviewers": null, "redact_enabled": false, "redact_types": null, "tags": row.tags, "connection_tags": null,
        "guardrail_rules": null, "jira_issue_template_id": row.jira_issue_template_id,
        "force_approve_groups": row.force_approve_groups, "access_max_duration": row.access_max_duration,
        "min_review_approvals": row.min_review_approvals, "mandatory_metadata_fields": row.mandatory_metadata_fields,
        "attributes": null, "effective_features": null,
    });
    let Value::Object(mut shown) = shown else { return Map::new() };
    for (field, value) in ACCESS.iter().zip(&row.access) {
        shown.insert((*field).into(), json!(value));
    }
    if let Some(stamp) = &row.secrets_updated_at {
        shown.insert("secrets_updated_at".into(), json!(stamp));
    }
    shown
}

/// Columns, and what plugins, tags, rules and attributes know of the connection; lists are never null.
fn full(gateway: &Gateway, row: &Connection) -> Map<String, Value> {
    let list = |plugin| gateway.store.plugin_config(plugin, &row.id).cloned().unwrap_or_default();
    let redact_types = list("dlp");
    let mut shown = columns(row);
    let also = [
        ("reviewers", json!(list("review"))),
        ("redact_enabled", json!(!redact_types.is_empty())),
        ("redact_types", json!(redact_types)),
        ("tags", json!(row.tags.clone().unwrap_or_default())),
        ("connection_tags", json!(row.connection_tags)),
        ("guardrail_rules", json!(row.guardrail_rules)),
        ("mandatory_metadata_fields", json!(row.mandatory_metadata_fields.clone().unwrap_or_default())),
        ("attributes", json!(row.attributes)),
    ];
    shown.extend(also.map(|(field, value)| (field.to_owned(), value)));
    shown
}

/// The attributes that the gateway attached, and those that users attached.
fn by_manager<'a>(store: &Store, row: &'a Connection) -> (Vec<&'a String>, Vec<&'a String>) {
    row.attributes.iter().partition(|name| attributes::is_managed(store, name))
}

fn show_managed(store: &Store, shown: &mut Map<String, Value>, row: &Connection) {
    let (managed, _) = by_manager(store, row);
    if !managed.is_empty() {
        shown.insert("managed_attributes".into(), json!(managed));
    }
}

fn show_secret(shown: &mut Map<String, Value>, row: &Connection, masked: bool) {
    let value = |value: &String| if masked && !is_reference(value) { Value::Null } else { json!(value) };
    let secret: Map<String, Value> = row.secret.iter().map(|(key, text)| (key.clone(), value(text))).collect();
    shown.insert("secret".into(), Value::Object(secret));
    if !masked {
        shown.insert("default_database".into(), json!(default_database(&row.secret)));
    }
}

fn is_reference(value: &str) -> bool {
    decoded(value).is_some_and(|text| REFERENCES.iter().any(|prefix| text.starts_with(prefix)))
}

fn default_database(secret: &TextMap) -> String {
    secret.get("envvar:DB").and_then(|value| decoded(value)).unwrap_or_default()
}

fn decoded(value: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(value).ok()?).ok()
}

/// What is in effect on the connection, by its own settings and by rules for it or for one of its attributes, and how
/// long just-in-time access lasts.
fn effective_features(store: &Store, row: &Connection, shown: &Map<String, Value>) -> (Value, Option<Value>) {
    let given = |field: &str| shown[field].as_array().is_some_and(|items| !items.is_empty());
    let names: Vec<&String> = row.attributes.iter().collect();
    let tagged = |rule: &Value| {
        names.iter().any(|name| rule["attributes"].as_array().is_some_and(|all| all.contains(&json!(name))))
    };
    let guarded = |rule: &&Value| row.guardrail_rules.iter().any(|id| rule["id"] == **id) || tagged(rule);
    // A rule without a list of rules counts.
    let guards = |rule: &Value| ["input", "output"].iter().any(|side| rule[side]["rules"] != json!([]));
    let access = |kind| access_rules::of_connection(store, &row.name, &names, kind);
    let features = json!({
        "guardrails": store.guardrails.values().filter(guarded).any(guards), "data_masking": false,
        "ai_session_analyzer": analyzer::rule_of(store, &row.name, &names).is_some(),
        "jira_templates": shown["jira_issue_template_id"] != "",
        "mandatory_metadata": given("mandatory_metadata_fields"),
        "access_request": {
            "command": access("command").is_some(), "jit": access("jit").is_some(),
            "legacy_reviewers": given("reviewers"),
        },
    });
    let duration = access("jit").map(|rule| rule["access_max_duration"].clone());
    (features, duration.filter(|duration| !duration.is_null()))
}

fn finish(gateway: &Gateway, mut shown: Map<String, Value>) -> Value {
    if gateway.is_old() {
        shown.retain(|field, _| !NOT_IN_OLD.contains(&field.as_str()));
    }
    if gateway.release() < STAMPS {
        shown.remove("secrets_updated_at");
    }
    Value::Object(shown)
}
