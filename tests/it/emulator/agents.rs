//! Handlers of `/agents` (facts §6). Whether an agent is connected is told by a script.

use serde_json::{Value, json};

use super::go_json::{Go, Shape, field, required};
use super::http::{Outcome, Request, created, deleted, ok, refuse};
use super::routes::Gateway;
use super::rules;
use super::store::{Agent, secret_text};

const AGENT: Shape = Shape { name: "AgentRequest", fields: &[required("name", Go::Text), field("mode", Go::Text)] };

pub(super) fn list(gateway: &mut Gateway, request: &Request) -> Outcome {
    match request.query("status").unwrap_or_default() {
        "" | "DISCONNECTED" => ok(&gateway.store.agents.values().map(shown).collect()),
        "CONNECTED" => ok(&json!([])),
        _ => Err(refuse(500, "failed listing agents")),
    }
}

pub(super) fn get(gateway: &mut Gateway, request: &Request) -> Outcome {
    let agent = gateway.store.find_agent(request.param(0)).ok_or_else(|| refuse(404, "agent not found"))?;
    ok(&shown(agent))
}

/// The answer is the token alone, without an id; the secret in it is never shown again.
pub(super) fn create(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = AGENT.read(&request.body)?;
    let (name, mode) = (body.text("name"), body.given_text("mode").unwrap_or_else(|| "standard".into()));
    if !["standard", "embedded"].contains(&mode.as_str()) {
        return Err(refuse(422, format!("unknown agent mode {mode:?}")));
    }
    rules::name(&name)?;
    if gateway.store.agents.contains_key(&name) {
        return Err(refuse(409, "resource already exists"));
    }
    rules::database_length(&name, 254)
        .map_err(|text| refuse(500, format!("failed creating agent resource: {text}")))?;
    gateway.store.add_agent(&name, &mode);
    created(&json!({ "token": format!("grpc://{name}:{}@127.0.0.1:8010?mode={mode}", secret_text("")) }))
}

/// Always 204, also for unknown names; connections keep the dangling id, SPIFFE mappings go along.
pub(super) fn delete(gateway: &mut Gateway, request: &Request) -> Outcome {
    if let Some(Agent { id, name, .. }) = gateway.store.find_agent(request.param(0)).cloned() {
        gateway.store.agents.remove(&name);
        gateway.store.spiffe_mappings.retain(|mapping| mapping["agent_id"] != *id);
    }
    deleted()
}

fn shown(agent: &Agent) -> Value {
    json!({
        "id": agent.id, "token": "", "name": agent.name, "mode": agent.mode, "status": "DISCONNECTED", "metadata": {},
        "hostname": "", "machine_id": "", "kernel_version": "", "version": "", "goversion": "", "compiler": "",
        "platform": "",
    })
}
