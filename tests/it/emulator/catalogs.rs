//! Lists that are built into the gateway: the events that it routes, and the public MCP servers that it knows. They are
//! not written down twice: what is served is what was recorded.

use std::sync::LazyLock;

use serde_json::Value;

use super::http::{Outcome, Request, ok};
use super::routes::Gateway;

static EVENTS: LazyLock<Value> =
    LazyLock::new(|| recorded(include_str!("../traces/event-routing.jsonl"), "/api/event-routing/catalog"));
static SERVERS: LazyLock<Value> =
    LazyLock::new(|| recorded(include_str!("../traces/integrations.jsonl"), "/api/mcp-catalog"));

/// The first recorded answer to a request for this path.
fn recorded(trace: &str, path: &str) -> Value {
    let steps = trace.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of a trace is JSON"));
    let mut answers =
        steps.filter(|step| step["request"]["path"] == path).map(|mut step| step["response"]["body"].take());
    answers.next().expect("the trace has the path")
}

pub(super) fn events() -> &'static [Value] {
    EVENTS.as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn event(name: &str) -> Option<&'static Value> {
    events().iter().find(|event| event["name"] == name)
}

pub(super) fn mcp_servers(_: &mut Gateway, _: &Request) -> Outcome {
    ok(&SERVERS)
}
