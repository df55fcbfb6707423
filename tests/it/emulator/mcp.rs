//! The tools that assistants call at `/mcp` (facts, "audit" §2): those that change a connection in a way of their own. A
//! session need not be opened before, as it must in the gateway.

use serde_json::{Value, json};

use super::auth::Role;
use super::connection_body::{PATCH, check_rules};
use super::connections;
use super::http::{Answer, Outcome, Request};
use super::routes::Gateway;

/// A body is one message or a batch, and what follows it is not read; the audit log keeps both of these as text. A
/// refusal by a tool is a result, with status 200 as any other.
pub(super) fn call(gateway: &mut Gateway, request: &Request) -> Outcome {
    let malformed =
        || Answer::new(400, "text/plain; charset=utf-8", "malformed payload: unmarshaling jsonrpc message\n");
    let body = serde_json::Deserializer::from_slice(&request.body).into_iter().next().and_then(Result::ok);
    let messages = match body {
        Some(Value::Array(batch)) => batch,
        Some(one @ Value::Object(_)) => vec![one],
        _ => return Err(malformed()),
    };
    let answers =
        messages.iter().map(|message| format!("event: message\ndata: {}\n\n", answer(gateway, request, message)));
    Ok(Answer::new(200, "text/event-stream", answers.collect::<String>()))
}

fn answer(gateway: &mut Gateway, request: &Request, message: &Value) -> Value {
    let (tool, arguments) = (&message["params"]["name"], message["params"]["arguments"].clone());
    let done = match (message["method"].as_str(), tool.as_str()) {
        _ if request.caller.role != Role::Admin => Err("admin access required".to_owned()),
        (Some("tools/call"), Some("connections_update")) => update(gateway, arguments),
        (Some("tools/call"), Some("connections_delete")) => {
            let name = arguments["name"].as_str().unwrap_or_default();
            connections::remove(gateway, name).map(drop).map_err(|_| "connection not found".to_owned())
        }
        _ => Err("a tool that is not emulated".to_owned()),
    };
    let text = done.as_ref().map_or_else(String::as_str, |()| "{}");
    let mut result = json!({ "content": [{ "type": "text", "text": text }] });
    if done.is_err() {
        result["isError"] = true.into();
    }
    json!({ "jsonrpc": "2.0", "id": message["id"], "result": result })
}

/// What the tool takes; its schema refuses everything else.
const ARGUMENTS: &[&str] = &[
    "name",
    "agent_id",
    "command",
    "secrets",
    "tags",
    "access_mode_runbooks",
    "access_mode_exec",
    "access_mode_connect",
    "guardrail_rules",
    "reviewers",
    "redact_types",
    "mandatory_metadata_fields",
];

/// Loads the merged view as a PATCH does, and never moves the stamp that is there.
fn update(gateway: &mut Gateway, mut arguments: Value) -> Result<(), String> {
    let name = arguments["name"].as_str().unwrap_or_default();
    let stored = gateway.store.find_connection(name).cloned().ok_or("connection not found")?;
    if let Some(manager) = &stored.managed_by {
        return Err(format!("connection is managed by {manager:?} and cannot be updated via MCP"));
    }
    if let Value::Object(fields) = &mut arguments {
        if let Some(unknown) = fields.keys().find(|field| !ARGUMENTS.contains(&field.as_str())) {
            return Err(format!("unexpected additional properties [{unknown:?}]"));
        }
        for (argument, field) in [("secrets", "secret"), ("tags", "connection_tags")] {
            fields.remove(argument).and_then(|value| fields.insert(field.into(), value));
        }
    }
    let refused = |answer: Answer| String::from_utf8_lossy(&answer.body).into_owned();
    let body = PATCH.read(arguments.to_string().as_bytes()).map_err(refused)?;
    check_rules(&body).map_err(refused)?;
    let draft = connections::overlaid(&gateway.store, &stored, &body, false);
    connections::save(gateway, draft, "updating").map(drop).map_err(refused)
}
