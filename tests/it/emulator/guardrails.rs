//! Handlers of `/guardrails` (facts §7 and §8), as far as connections need them.

use serde_json::{Value, json};

use super::go_json::{Body, Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, deleted, ok, refuse};
use super::routes::Gateway;
use super::rules;
use super::store::{Entry, new_id};

const GUARDRAIL: Shape = Shape {
    name: "GuardRailRuleRequest",
    fields: &[
        required("name", Go::Text),
        field("description", Go::Text),
        field("input", Go::AnyMap),
        field("output", Go::AnyMap),
    ],
};

/// The open-source licence allows one rule.
pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = GUARDRAIL.read(&request.body)?;
    if !gateway.store.guardrails.is_empty() {
        return Err(refuse(403, "guardrail rules are limited to 1 rule in OSS version"));
    }
    let entry = Entry { id: new_id(), body: kept(&body), created_at: gateway.store.now() };
    // The answer of a POST has null where GET has a list.
    let answer = shown(&entry, Value::Null, Value::Null);
    gateway.store.guardrails.insert(entry.id.clone(), entry);
    created(&answer)
}

pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    let id = id(request)?;
    let entry = gateway.store.guardrails.get(&id).ok_or_else(not_found)?;
    let rows = gateway.store.connections.values().filter(|row| row.guardrail_rules.contains(&id));
    ok(&shown(entry, rows.map(|row| json!(row.id)).collect(), json!([])))
}

/// Deleting a rule detaches it.
pub(super) fn delete(gateway: &mut Gateway, request: &Request) -> Outcome {
    let id = id(request)?;
    gateway.store.guardrails.remove(&id).ok_or_else(not_found)?;
    for row in gateway.store.connections.values_mut() {
        row.guardrail_rules.retain(|rule| *rule != id);
    }
    deleted()
}

fn id(request: &Request) -> Result<String, Answer> {
    rules::path_uuid(request, 0, "fetching guardrail rule")
}

fn not_found() -> Answer {
    refuse(404, "resource not found")
}

fn kept(body: &Body) -> Value {
    let map = |field: &str| body.any(field).cloned().unwrap_or_default();
    json!({
        "name": body.text("name"), "description": body.text("description"), "input": map("input"),
        "output": map("output"), "managed_by": null,
    })
}

fn shown(entry: &Entry, connection_ids: Value, attributes: Value) -> Value {
    let mut shown = entry.body.clone();
    shown["id"] = json!(entry.id);
    shown["connection_ids"] = connection_ids;
    shown["attributes"] = attributes;
    shown["created_at"] = json!(entry.created_at);
    shown["updated_at"] = json!(entry.created_at);
    shown
}
