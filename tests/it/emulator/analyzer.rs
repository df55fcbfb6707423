//! Handlers of `/ai/session-analyzer` (facts §7): its rules, the one provider, and the prompt, which never changes.

use serde_json::{Value, json};

use super::go_json::{Body, Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, deleted, ok, refuse};
use super::routes::Gateway;
use super::store::{Store, new_id};
use super::{listing, rules, seeds};

const RULE: Shape = Shape {
    name: "AISessionAnalyzerRuleRequest",
    fields: &[
        required("name", Go::Text),
        field("description", Go::Text),
        required("connection_names", Go::Texts),
        field("risk_evaluation", Go::AnyMap),
        field("custom_prompt", Go::Text),
        field("agentic", Go::Flag),
    ],
};
const TIER: Shape = Shape {
    name: "AISessionAnalyzerRiskTier",
    fields: &[field("action", Go::Text), field("access_request_rule_name", Go::Text)],
};
const PROVIDER: Shape = Shape {
    name: "AIProviderRequest",
    fields: &[
        required("provider", Go::Text),
        field("api_url", Go::Text),
        field("api_key", Go::Text),
        required("model", Go::Text),
    ],
};

/// By name. `connection_names` may be given several times: rules for any of them.
pub(super) fn list(gateway: &mut Gateway, request: &Request) -> Outcome {
    let wanted = request.query.iter().filter(|(name, _)| name == "connection_names").map(|(_, value)| value.clone());
    let wanted: Vec<String> = wanted.collect();
    let rules = gateway.store.analyzer_rules.values();
    let found = rules.filter(|rule| wanted.is_empty() || is_for_any(rule, &wanted)).map(shown).collect();
    let number = |name: &str| request.query(name).and_then(|text| text.parse::<usize>().ok());
    listing::unlimited_page(found, number("page").unwrap_or(1), number("page_size").unwrap_or(0).min(100))
}

pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    ok(&shown(gateway.store.analyzer_rules.get(request.param(0)).ok_or_else(not_found)?))
}

pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = read(request)?;
    let (store, name) = (&mut gateway.store, body.text("name"));
    let risks = evaluation(store, &body)?;
    if for_connections(store, &body).is_some() {
        return Err(same_connections());
    }
    if store.analyzer_rules.contains_key(&name) {
        return Err(refuse(409, "resource already exists"));
    }
    let now = store.now();
    let rule = json!({ "id": new_id(), "name": name, "managed_by": null, "created_at": now, "attributes": [] });
    created(&save(store, rule, &body, &risks))
}

/// The name in the body renames nothing, yet it decides whose connections are another rule's.
pub(super) fn put(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = read(request)?;
    let store = &mut gateway.store;
    let stored = store.analyzer_rules.get(request.param(0)).cloned();
    stored.iter().try_for_each(|stored| rules::not_managed(stored, "rule", "modified"))?;
    let risks = evaluation(store, &body)?;
    if for_connections(store, &body).is_some_and(|other| other["name"] != body.text("name")) {
        return Err(same_connections());
    }
    ok(&save(store, stored.ok_or_else(not_found)?, &body, &risks))
}

pub(super) fn delete(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (name, store) = (request.param(0), &mut gateway.store);
    rules::not_managed(store.analyzer_rules.get(name).ok_or_else(not_found)?, "rule", "deleted")?;
    store.analyzer_rules.remove(name);
    deleted()
}

/// The path has the name of the connection, never its id.
pub(super) fn of_connection(gateway: &mut Gateway, request: &Request) -> Outcome {
    let store = &gateway.store;
    let attributes = store.connections.get(request.param(0)).map(|row| row.attributes.iter().collect::<Vec<_>>());
    let found = rule_of(store, request.param(0), &attributes.unwrap_or_default());
    ok(&shown(found.ok_or_else(not_found)?))
}

/// The rule for a connection, by its name or one of its attributes.
pub(super) fn rule_of<'a>(store: &'a Store, connection: &str, attributes: &[&String]) -> Option<&'a Value> {
    let names = [connection.to_owned()];
    let tagged = |rule: &Value| attributes.iter().any(|name| has(&rule["attributes"], name));
    store.analyzer_rules.values().find(|rule| is_for_any(rule, &names) || tagged(rule))
}

pub(super) fn get_provider(gateway: &mut Gateway, _: &Request) -> Outcome {
    ok(gateway.store.analyzer_provider.as_ref().ok_or_else(not_found)?)
}

/// Creates it or replaces the whole of it.
pub(super) fn post_provider(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = PROVIDER.read(&request.body)?;
    let (provider, store) = (body.text("provider"), &mut gateway.store);
    match provider.as_str() {
        "openai" | "anthropic" => {}
        "azure-openai" | "custom" if !body.text("api_url").is_empty() => {}
        "azure-openai" | "custom" => return Err(refuse(400, format!("api_url is required for provider {provider}"))),
        _ => return Err(refuse(400, format!("unsupported provider: {provider}"))),
    }
    rules::database_length(&body.text("model"), 255)
        .map_err(|text| refuse(500, format!("failed upserting AI provider: {text}")))?;
    let now = store.now();
    let stored = store.analyzer_provider.take().unwrap_or_else(|| json!({ "id": new_id(), "created_at": now }));
    let provider = json!({
        "id": stored["id"], "provider": provider, "api_url": body.given_text("api_url"),
        "api_key": body.given_text("api_key"), "model": body.text("model"), "created_at": stored["created_at"],
        "updated_at": now,
    });
    ok(store.analyzer_provider.insert(provider))
}

pub(super) fn delete_provider(gateway: &mut Gateway, _: &Request) -> Outcome {
    gateway.store.analyzer_provider.take().ok_or_else(not_found)?;
    deleted()
}

pub(super) fn prompt(_: &mut Gateway, _: &Request) -> Outcome {
    ok(&seeds::analyzer_prompt())
}

fn not_found() -> Answer {
    refuse(404, "resource not found")
}

fn same_connections() -> Answer {
    refuse(400, "another rule with the same connection names already exists")
}

/// A name that breaks the rule is a 400 here.
fn read(request: &Request) -> Result<Body, Answer> {
    let body = RULE.read(&request.body)?;
    rules::name(&body.text("name")).map_err(|refusal| Answer { status: 400, ..refusal })?;
    Ok(body)
}

fn has(list: &Value, name: &str) -> bool {
    list.as_array().is_some_and(|all| all.iter().any(|item| item == name))
}

fn is_for_any(rule: &Value, connections: &[String]) -> bool {
    connections.iter().any(|name| has(&rule["connection_names"], name))
}

fn for_connections<'a>(store: &'a Store, body: &Body) -> Option<&'a Value> {
    let names = body.texts("connection_names").unwrap_or_default();
    store.analyzer_rules.values().find(|rule| is_for_any(rule, &names))
}

/// What is done at each level of risk: in the present form, or by a field of the former one, which answers repeat.
fn evaluation(store: &Store, body: &Body) -> Result<Value, Answer> {
    let bad = |level: &str, what: String| refuse(400, format!("{level}_risk: {what}"));
    let given = body.any("risk_evaluation").cloned().unwrap_or_default();
    let mut shown = json!({});
    let mut tiers = Vec::new();
    for level in ["low", "medium", "high"] {
        let tier = TIER.read_value(&given[format!("{level}_risk")]).map_err(|text| refuse(400, text))?;
        let former = given[format!("{level}_risk_action")].as_str().unwrap_or_default().to_owned();
        let tier = match (tier.text("action"), former) {
            (action, _) if !action.is_empty() => (action, tier.given_text("access_request_rule_name")),
            (_, former) if !former.is_empty() => (former, None),
            _ => return Err(bad(level, format!("action is required (set {level}_risk.action)"))),
        };
        tiers.push((level, tier));
    }
    for (level, (action, rule)) in tiers {
        let named = rule.clone().filter(|name| !name.is_empty());
        match (action.as_str(), named) {
            ("require_access_request", None) => {
                return Err(bad(level, format!("access_request_rule_name is required when action is {action}")));
            }
            ("require_access_request", Some(name)) if !store.access_rules.contains_key(&name) => {
                return Err(bad(level, format!("access request rule {name:?} not found")));
            }
            ("allow_execution" | "block_execution", Some(_)) => {
                return Err(bad(level, "access_request_rule_name is not allowed for this action".into()));
            }
            ("require_access_request", Some(_)) | ("allow_execution" | "block_execution", None) => {}
            _ => return Err(bad(level, format!("invalid action {action:?}"))),
        }
        shown[format!("{level}_risk_action")] = json!(action);
        shown[format!("{level}_risk")] = json!({ "action": action });
        if let Some(rule) = rule {
            shown[format!("{level}_risk")]["access_request_rule_name"] = json!(rule);
        }
    }
    Ok(shown)
}

fn save(store: &mut Store, mut rule: Value, body: &Body, risks: &Value) -> Value {
    rule["description"] = json!(body.given_text("description"));
    rule["connection_names"] = json!(body.texts("connection_names"));
    rule["risk_evaluation"] = risks.clone();
    rule["custom_prompt"] = json!(body.given_text("custom_prompt"));
    rule["agentic"] = json!(body.flag("agentic"));
    rule["updated_at"] = json!(store.now());
    let name = rule["name"].as_str().unwrap_or_default().to_owned();
    store.analyzer_rules.insert(name, rule.clone());
    shown(&rule)
}

/// A prompt that is not set is not shown, and neither are the attributes, which only a protection profile gives.
fn shown(rule: &Value) -> Value {
    let Value::Object(mut shown) = rule.clone() else { return Value::Null };
    shown.remove("attributes");
    shown.retain(|field, value| field != "custom_prompt" || !value.is_null());
    Value::Object(shown)
}
