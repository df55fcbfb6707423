//! Handlers of `/guardrails` (facts §7 and §8). A rule is kept as GET shows it, but for its connections, which keep the
//! rules that they have.

use serde_json::{Value, json};

use super::go_json::{Body, Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, deleted, ok, refuse};
use super::routes::Gateway;
use super::rules;
use super::store::{Store, Texts, new_id};

const GUARDRAIL: Shape = Shape {
    name: "GuardRailRuleRequest",
    fields: &[
        required("name", Go::Text),
        field("description", Go::Text),
        field("input", Go::AnyMap),
        field("output", Go::AnyMap),
        field("connection_ids", Go::Texts),
        field("attributes", Go::Texts),
    ],
};

/// By name, the last one first; lists that are empty are null here.
pub(super) fn list(gateway: &mut Gateway, _: &Request) -> Outcome {
    let store = &gateway.store;
    let mut found: Vec<&Value> = store.guardrails.values().collect();
    found.sort_by_key(|rule| std::cmp::Reverse(rule["name"].as_str()));
    let shown = found.into_iter().map(|rule| {
        let mut shown = shown(store, rule);
        for field in ["connection_ids", "attributes"] {
            if shown[field] == json!([]) {
                shown[field] = Value::Null;
            }
        }
        shown
    });
    ok(&shown.collect())
}

pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    let store = &gateway.store;
    ok(&shown(store, store.guardrails.get(&id(request)?).ok_or_else(not_found)?))
}

/// The open-source licence allows one rule, whoever manages it.
pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = read(gateway, request)?;
    if gateway.store.is_limited() && !gateway.store.guardrails.is_empty() {
        return Err(refuse(403, "guardrail rules are limited to 1 rule in OSS version"));
    }
    check_limits(&gateway.store, &body)?;
    let (id, now) = (new_id(), gateway.store.now());
    created(&save(gateway, &body, &id, json!(now), "creating")?)
}

pub(super) fn put(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (body, id) = (read(gateway, request)?, id(request)?);
    let stored = gateway.store.guardrails.get(&id).ok_or_else(not_found)?;
    rules::not_managed(stored, "rule", "modified")?;
    let created_at = stored["created_at"].clone();
    check_limits(&gateway.store, &body)?;
    ok(&save(gateway, &body, &id, created_at, "updating")?)
}

/// Deleting a rule detaches it.
pub(super) fn delete(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (id, store) = (id(request)?, &mut gateway.store);
    rules::not_managed(store.guardrails.get(&id).ok_or_else(not_found)?, "rule", "deleted")?;
    store.guardrails.remove(&id);
    attach(store, &id, &[]);
    deleted()
}

fn id(request: &Request) -> Result<String, Answer> {
    rules::path_uuid(request, 0, "fetching guardrail rule")
}

fn not_found() -> Answer {
    refuse(404, "resource not found")
}

fn read(gateway: &Gateway, request: &Request) -> Result<Body, Answer> {
    let mut body = GUARDRAIL.read(&request.body)?;
    if gateway.is_old() {
        body.forget(&["attributes"]);
    }
    Ok(body)
}

fn check_limits(store: &Store, body: &Body) -> Result<(), Answer> {
    let count = |field| body.any(field).and_then(|map| map["rules"].as_array()).map_or(0, Vec::len);
    match ["input", "output"].into_iter().find(|field| store.is_limited() && count(field) > 1) {
        Some(field) => Err(refuse(403, format!("{field} rules are limited to 1 rule in OSS version"))),
        None => Ok(()),
    }
}

/// Unknown connections are dropped without a word. The answer has null where GET has an empty list, and the attributes
/// that were sent.
fn save(gateway: &mut Gateway, body: &Body, id: &str, created_at: Value, doing: &str) -> Result<Value, Answer> {
    let (store, name) = (&mut gateway.store, body.text("name"));
    let fail = |text: String| refuse(500, format!("Failed {doing} guard rail rule: {text}"));
    rules::database_length(&name, 128).map_err(fail)?;
    if store.guardrails.values().any(|other| other["id"] != id && other["name"] == name) {
        let refusal = || fail("duplicated key not allowed".into());
        return Err(if doing == "creating" { refuse(409, "resource already exists") } else { refusal() });
    }
    let mut connections = Texts::new();
    for given in body.texts("connection_ids").unwrap_or_default().iter().filter(|given| !given.is_empty()) {
        let known = rules::database_uuid(given).map_err(fail)?;
        if connections.contains(&known) {
            return Err(fail("duplicated key not allowed".into()));
        }
        connections.extend(store.has_connection_id(&known).then_some(known));
    }
    let attributes = body.texts("attributes");
    let map = |field: &str| body.any(field).cloned().unwrap_or_default();
    let mut rule = json!({
        "id": id, "name": name, "description": body.text("description"), "managed_by": null, "input": map("input"),
        "output": map("output"), "created_at": created_at, "updated_at": store.now(),
        "attributes": store.add_attributes(attributes.as_deref().unwrap_or_default()),
    });
    store.guardrails.insert(id.into(), rule.clone());
    attach(store, id, &connections);
    rule["connection_ids"] = if connections.is_empty() { Value::Null } else { json!(connections) };
    rule["attributes"] = json!(attributes);
    Ok(rule)
}

fn attach(store: &mut Store, id: &str, connections: &[String]) {
    for row in store.connections.values_mut() {
        row.guardrail_rules.retain(|rule| rule != id);
        if connections.contains(&row.id) {
            row.guardrail_rules.push(id.into());
        }
    }
}

fn shown(store: &Store, rule: &Value) -> Value {
    let has = |rules: &Texts| rules.iter().any(|id| rule["id"] == **id);
    let rows = store.connections.values().filter(|row| has(&row.guardrail_rules));
    let mut shown = rule.clone();
    shown["connection_ids"] = rows.map(|row| json!(row.id)).collect();
    shown
}
