//! Handlers of `/datamasking-rules` and of a connection's list of them (facts §7 and §8). Writing needs a masking
//! provider, which the gateway has only when it was started with one.

use serde_json::{Value, json};

use super::go_json::{Body, Go, Shape, field, first_value, required};
use super::http::{Answer, Outcome, Request, created, deleted, ok, refuse};
use super::routes::Gateway;
use super::rules;
use super::store::{Store, Texts, new_id};

const RULE: Shape = Shape {
    name: "DataMaskingRuleRequest",
    fields: &[
        required("name", Go::Text),
        field("description", Go::Text),
        field("score_threshold", Go::Number),
        field("connection_ids", Go::Texts),
        field("attributes", Go::Texts),
        field("supported_entity_types", Go::Things),
        field("custom_entity_types", Go::Things),
    ],
};
const SUPPORTED: Shape =
    Shape { name: "SupportedEntityTypesEntry", fields: &[field("name", Go::Text), field("entity_types", Go::Texts)] };
const CUSTOM: Shape = Shape {
    name: "CustomEntityTypesEntry",
    fields: &[
        field("name", Go::Text),
        field("regex", Go::Text),
        field("deny_list", Go::Texts),
        field("score", Go::Number),
    ],
};
const LINK: Shape = Shape {
    name: "DataMaskingRuleConnectionRequest",
    fields: &[required("rule_id", Go::Text), required("status", Go::Text)],
};

const NO_PROVIDER: &str = "no data masking provider is configured: data masking requires a DLP provider";
const FOREIGN_KEY: &str = "violates foreign key constraint";

/// A rule and the connections on which it is active. Its attributes are kept by the name that a write gave, which
/// need not be the rule's.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) name: String,
    body: Value,
    connection_ids: Texts,
}

impl Rule {
    /// One that a protection profile made.
    pub(super) fn managed(name: &str, manager: &str, now: &str) -> Self {
        let body = json!({
            "managed_by": manager, "description": "Masks API Keys only. High threshold keeps false positives near zero.",
            "score_threshold": 0.85, "supported_entity_types": [], "updated_at": now, "custom_entity_types": [{
                "name": "API_KEY", "regex": r"\b(sk|pk|rk)_(live|test|prod)_[A-Za-z0-9]{16,}\b", "deny_list": null,
                "score": 0.9,
            }],
        });
        Self { name: name.into(), body, connection_ids: Texts::new() }
    }

    pub(super) fn is_managed(&self) -> bool {
        !self.body["managed_by"].is_null()
    }
}

pub(super) fn list(gateway: &mut Gateway, _: &Request) -> Outcome {
    let store = &gateway.store;
    ok(&store.masking_rules.iter().map(|(id, rule)| shown(store, id, rule)).collect())
}

pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (id, store) = (id(request)?, &gateway.store);
    ok(&shown(store, &id, store.masking_rules.get(&id).ok_or_else(not_found)?))
}

pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (body, rule) = read(gateway, request)?;
    if rule.connection_ids.iter().any(|id| !gateway.store.has_connection_id(id)) {
        let message = "connection not found: a connection reference in the connection_ids field does not exist";
        return Err(refuse(400, message));
    }
    if gateway.store.is_limited() && !gateway.store.masking_rules.is_empty() {
        return Err(limited("data masking rules are limited to 1 rule"));
    }
    let name = rule.name.clone();
    if gateway.store.masking_rules.values().any(|other| other.name == name) {
        return Err(refuse(409, "resource already exists"));
    }
    rules::database_length(&name, 128)
        .map_err(|text| refuse(500, format!("Failed creating data masking rule: {text}")))?;
    created(&save(gateway, &body, new_id(), rule, &name))
}

/// The answer has the new name, but the rule keeps its own.
pub(super) fn put(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (body, mut rule) = read(gateway, request)?;
    let (id, store) = (id(request)?, &gateway.store);
    let stored = store.masking_rules.get(&id).ok_or_else(not_found)?;
    rules::not_managed(&stored.body, "rule", "modified")?;
    let stored_name = stored.name.clone();
    if let Some(unknown) = rule.connection_ids.iter().find(|id| !store.has_connection_id(id)) {
        return Err(refuse(500, format!("Failed updating data masking rule: {unknown}: {FOREIGN_KEY}")));
    }
    let sent_name = std::mem::replace(&mut rule.name, stored_name);
    ok(&save(gateway, &body, id, rule, &sent_name))
}

pub(super) fn delete(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (id, store) = (id(request)?, &mut gateway.store);
    let rule = store.masking_rules.get(&id).ok_or_else(not_found)?;
    rules::not_managed(&rule.body, "rule", "deleted")?;
    store.masking_attributes.remove(&rule.name);
    store.masking_rules.remove(&id);
    deleted()
}

/// Replaces all rules of a connection; an inactive one shows nowhere. An empty list fails in the database.
pub(super) fn put_of_connection(gateway: &mut Gateway, request: &Request) -> Outcome {
    let Value::Array(items) = first_value(&request.body).map_err(|text| refuse(400, text))? else {
        return Err(refuse(400, "json: cannot unmarshal object into Go value of type []openapi.DataMaskingRule"));
    };
    let read = |item| LINK.read_value(item).map_err(|text| refuse(400, text));
    let links: Vec<Body> = items.iter().map(read).collect::<Result<_, _>>()?;
    let store = &mut gateway.store;
    let connection = store.find_connection(request.param(0)).ok_or_else(|| refuse(404, "connection not found"))?;
    let connection = connection.id.clone();
    if links.is_empty() {
        return Err(link_failed("empty slice found".into()));
    }
    if !gateway.masking {
        return Err(refuse(422, NO_PROVIDER));
    }
    let mut answer = Vec::new();
    for link in &links {
        let rule_id = rules::database_uuid(&link.text("rule_id")).map_err(link_failed)?;
        if !store.masking_rules.contains_key(&rule_id) {
            return Err(link_failed(FOREIGN_KEY.into()));
        }
        let status = link.text("status");
        rules::one_of(&status, "enum_datamasking_assoc_status", &["active", "inactive"]).map_err(link_failed)?;
        answer.push(json!({ "id": new_id(), "rule_id": rule_id, "connection_id": connection, "status": status }));
    }
    for (id, rule) in &mut store.masking_rules {
        rule.connection_ids.retain(|id| *id != connection);
        if answer.iter().any(|link| link["rule_id"] == **id && link["status"] == "active") {
            rule.connection_ids.push(connection.clone());
        }
    }
    ok(&Value::Array(answer))
}

fn not_found() -> Answer {
    refuse(404, "resource not found")
}

fn limited(what: &str) -> Answer {
    refuse(403, format!("{what} in OSS version"))
}

fn link_failed(text: String) -> Answer {
    refuse(500, format!("failed updating data masking rule connection: {text}"))
}

fn id(request: &Request) -> Result<String, Answer> {
    rules::path_uuid(request, 0, "fetching data masking rule")
}

fn read(gateway: &mut Gateway, request: &Request) -> Result<(Body, Rule), Answer> {
    if !gateway.masking {
        return Err(refuse(422, NO_PROVIDER));
    }
    let mut body = RULE.read(&request.body)?;
    if gateway.is_old() {
        body.forget(&["attributes"]);
    }
    let threshold = body.number("score_threshold");
    if threshold.is_some_and(|threshold| !(0.0..=1.0).contains(&threshold)) {
        return Err(refuse(400, "score threshold must be between 0 and 1"));
    }
    let connection_id =
        |text: &String| rules::database_uuid(text).map_err(|_| refuse(400, format!("invalid connection ID {text}")));
    let ids = body.texts("connection_ids").unwrap_or_default();
    let connection_ids = ids.iter().map(connection_id).collect::<Result<_, _>>()?;
    let supported = body.things("supported_entity_types", &SUPPORTED)?.unwrap_or_default();
    let custom = body.things("custom_entity_types", &CUSTOM)?.unwrap_or_default();
    check_entities(&supported, &custom)?;
    if gateway.store.is_limited() {
        check_limits(&supported, &custom)?;
    }
    let rule = json!({
        "managed_by": null, "description": body.text("description"), "score_threshold": body.any("score_threshold"),
        "supported_entity_types": supported.iter().map(supported_shown).collect::<Vec<_>>(),
        "custom_entity_types": custom.iter().map(custom_shown).collect::<Vec<_>>(),
        "updated_at": gateway.store.now(),
    });
    let rule = Rule { name: body.text("name"), body: rule, connection_ids };
    Ok((body, rule))
}

fn check_entities(supported: &[Body], custom: &[Body]) -> Result<(), Answer> {
    let list = |entry: &Body, name: &str| entry.texts(name).unwrap_or_default();
    for entry in supported.iter().chain(custom) {
        let name = entry.text("name");
        if name.chars().any(char::is_lowercase) {
            return Err(refuse(400, format!("entity type name must be uppercase: {name}")));
        }
    }
    if supported.iter().any(|entry| entry.text("name").is_empty() || list(entry, "entity_types").is_empty()) {
        return Err(refuse(400, "missing name or entity types in supported entity types"));
    }
    let matches_nothing = |entry: &Body| entry.text("regex").is_empty() && list(entry, "deny_list").is_empty();
    if custom.iter().any(|entry| entry.text("name").is_empty() || matches_nothing(entry)) {
        return Err(refuse(400, "missing name, deny_list or regex in custom entity types"));
    }
    Ok(())
}

fn check_limits(supported: &[Body], custom: &[Body]) -> Result<(), Answer> {
    let count = |entry: &Body, name: &str| entry.texts(name).map_or(0, |list| list.len());
    match (supported, custom) {
        ([_, ..], [_, ..]) => Err(limited("supported entity types and custom entity types cannot be both defined")),
        ([_, _, ..], _) => Err(limited("supported entity types are limited to 1 rule")),
        (_, [_, _, ..]) => Err(limited("custom entity types are limited to 1 rule")),
        ([entry], _) if count(entry, "entity_types") > 1 => {
            Err(limited("supported entity types are limited to 1 entity type"))
        }
        (_, [entry]) if count(entry, "deny_list") > 1 => Err(limited("deny list is limited to 1 word")),
        _ => Ok(()),
    }
}

fn supported_shown(entry: &Body) -> Value {
    json!({ "name": entry.text("name"), "entity_types": entry.texts("entity_types") })
}

fn custom_shown(entry: &Body) -> Value {
    let score = entry.number("score").unwrap_or_default();
    json!({
        "name": entry.text("name"), "regex": entry.text("regex"), "deny_list": entry.texts("deny_list"),
        "score": score,
    })
}

/// The answer shows the name and the lists that were sent. Unknown attributes are made on the fly.
fn save(gateway: &mut Gateway, body: &Body, id: String, rule: Rule, sent_name: &str) -> Value {
    let store = &mut gateway.store;
    let names = body.texts("attributes");
    for name in names.iter().flatten() {
        store.add_attribute(name);
    }
    store.masking_attributes.insert(sent_name.to_owned(), names.clone().unwrap_or_default());
    let mut answer = shown(store, &id, &rule);
    answer["name"] = json!(sent_name);
    answer["attributes"] = json!(names);
    answer["connection_ids"] = json!(body.texts("connection_ids"));
    store.masking_rules.insert(id, rule);
    answer
}

fn attributes<'a>(store: &'a Store, rule: &Rule) -> &'a [String] {
    store.masking_attributes.get(&rule.name).map_or(&[], Vec::as_slice)
}

/// No connections are null, no attributes an empty list.
fn shown(store: &Store, id: &str, rule: &Rule) -> Value {
    let mut shown = rule.body.clone();
    let connected: Texts = rule.connection_ids.iter().filter(|id| store.has_connection_id(id)).cloned().collect();
    shown["id"] = json!(id);
    shown["name"] = json!(rule.name);
    shown["connection_ids"] = if connected.is_empty() { Value::Null } else { json!(connected) };
    shown["attributes"] = json!(attributes(store, rule));
    shown
}
