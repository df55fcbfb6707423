//! The tools that assistants call at `/mcp` (facts, "audit" §2): those that change a connection in a way of their own. A
//! session need not be opened before, as it must in the gateway.

use serde_json::{Value, json};

use super::auth::Role;
use super::connection_body::{PATCH, check_rules};
use super::connections;
use super::http::{Answer, Outcome, Request};
use super::routes::Gateway;

/// A refusal by a tool is a result, with status 200 as any other.
pub(super) fn call(gateway: &mut Gateway, request: &Request) -> Outcome {
    let called: Value = serde_json::from_slice(&request.body).map_err(|_| {
        Answer::new(400, "text/plain; charset=utf-8", "malformed payload: unmarshaling jsonrpc message")
    })?;
    let (tool, arguments) = (&called["params"]["name"], called["params"]["arguments"].clone());
    let done = match (called["method"].as_str(), tool.as_str()) {
        _ if request.caller.role != Role::Admin => Err("admin access required".to_owned()),
        (Some("tools/call"), Some("connections_update")) => update(gateway, arguments),
        (Some("tools/call"), Some("connections_delete")) => {
            let name = arguments["name"].as_str().unwrap_or_default();
            connections::remove(gateway, name).map(drop).map_err(|_| "connection not found".to_owned())
        }
        _ => Err("a tool that is not emulated".to_owned()),
    };
    let text = done.as_ref().map_or_else(String::as_str, |()| "{}");
    let result = json!({ "content": [{ "type": "text", "text": text }], "isError": done.is_err() });
    let message = json!({ "jsonrpc": "2.0", "id": called["id"], "result": result });
    Ok(Answer::new(200, "text/event-stream", format!("event: message\ndata: {message}\n\n")))
}

/// Loads the merged view as a PATCH does, and never moves the stamp that is there.
fn update(gateway: &mut Gateway, mut arguments: Value) -> Result<(), String> {
    let name = arguments["name"].as_str().unwrap_or_default();
    let stored = gateway.store.find_connection(name).cloned().ok_or("connection not found")?;
    if let Some(manager) = &stored.managed_by {
        return Err(format!("connection is managed by {manager:?} and cannot be updated via MCP"));
    }
    if let Value::Object(fields) = &mut arguments {
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
