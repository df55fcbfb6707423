//! Handlers of `/spiffe-mappings` (facts §7). There is no way to ask for one alone.

use serde_json::{Value, json};

use super::go_json::{Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, created, deleted, ok, refuse};
use super::routes::Gateway;
use super::rules;
use super::store::new_id;

const MAPPING: Shape = Shape {
    name: "AgentSPIFFEMapping",
    fields: &[
        required("trust_domain", Go::Text),
        field("spiffe_id", Go::Text),
        field("spiffe_prefix", Go::Text),
        field("agent_id", Go::Text),
        field("agent_template", Go::Text),
        field("groups", Go::Texts),
    ],
};

const PAIRS: [[&str; 2]; 2] = [["spiffe_id", "spiffe_prefix"], ["agent_id", "agent_template"]];

pub(super) fn list(gateway: &mut Gateway, _: &Request) -> Outcome {
    ok(&json!(gateway.store.spiffe_mappings))
}

/// The answer spells the agent's id as it was sent.
pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (mut mapping, agent_id) = read(request)?;
    check_groups(&mapping)?;
    if is_taken(gateway, &mapping, "") {
        return Err(refuse(409, "resource already exists"));
    }
    check_agent(gateway, &agent_id)?;
    let now = gateway.store.now();
    (mapping["id"], mapping["org_id"]) = (json!(new_id()), json!(gateway.store.org_id));
    (mapping["created_at"], mapping["updated_at"]) = (json!(now), json!(now));
    let answer = mapping.clone();
    gateway.store.spiffe_mappings.insert(0, stored(mapping, agent_id));
    created(&answer)
}

pub(super) fn put(gateway: &mut Gateway, request: &Request) -> Outcome {
    let (mut mapping, agent_id) = read(request)?;
    let index = find(gateway, request)?;
    check_groups(&mapping)?;
    if is_taken(gateway, &mapping, request.param(0)) {
        return Err(failed("duplicated key not allowed"));
    }
    check_agent(gateway, &agent_id)?;
    mapping["updated_at"] = json!(gateway.store.now());
    let before = &mut gateway.store.spiffe_mappings[index];
    for kept in ["id", "org_id", "created_at"] {
        mapping[kept] = before[kept].take();
    }
    *before = stored(mapping, agent_id);
    ok(before)
}

pub(super) fn delete(gateway: &mut Gateway, request: &Request) -> Outcome {
    let index = find(gateway, request)?;
    gateway.store.spiffe_mappings.remove(index);
    deleted()
}

fn find(gateway: &Gateway, request: &Request) -> Result<usize, Answer> {
    let found = gateway.store.spiffe_mappings.iter().position(|mapping| mapping["id"] == request.param(0));
    found.ok_or_else(|| refuse(404, "resource not found"))
}

/// A mapping as the answer shows it, without what is unset, and the id of its agent as the database spells it.
fn read(request: &Request) -> Result<(Value, Option<String>), Answer> {
    let body = MAPPING.read(&request.body)?;
    let mut mapping = json!({ "trust_domain": body.text("trust_domain"), "groups": body.texts("groups") });
    for pair in PAIRS {
        let set: Vec<&str> = pair.into_iter().filter(|name| !body.text(name).is_empty()).collect();
        let [name] = set.as_slice() else {
            return Err(refuse(422, format!("exactly one of {} or {} must be set", pair[0], pair[1])));
        };
        let value = body.text(name);
        if name.starts_with("spiffe") && !value.starts_with("spiffe://") {
            return Err(refuse(422, format!("{name} must start with spiffe://")));
        }
        mapping[*name] = json!(value);
    }
    let id = mapping["agent_id"].as_str().map(rules::database_uuid).transpose().map_err(|text| failed(&text))?;
    Ok((mapping, id))
}

fn stored(mut mapping: Value, agent_id: Option<String>) -> Value {
    if let Some(id) = agent_id {
        mapping["agent_id"] = json!(id);
    }
    mapping
}

fn check_groups(mapping: &Value) -> Result<(), Answer> {
    if mapping["groups"].is_null() {
        return Err(failed("ERROR: null value in column \"groups\" violates not-null constraint (SQLSTATE 23502)"));
    }
    Ok(())
}

/// Only whole identities are unique, prefixes may repeat.
fn is_taken(gateway: &Gateway, mapping: &Value, own: &str) -> bool {
    let mut others = gateway.store.spiffe_mappings.iter().filter(|other| other["id"] != own);
    mapping["spiffe_id"].is_string() && others.any(|other| other["spiffe_id"] == mapping["spiffe_id"])
}

fn check_agent(gateway: &Gateway, agent_id: &Option<String>) -> Result<(), Answer> {
    let known = |id: &String| gateway.store.agents.values().any(|agent| agent.id == *id);
    if agent_id.as_ref().is_none_or(known) { Ok(()) } else { Err(failed("violates foreign key constraint")) }
}

fn failed(text: &str) -> Answer {
    refuse(500, format!("failed saving spiffe mapping: {text}"))
}
