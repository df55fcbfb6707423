//! What happens through an agent: a test of a connection, and runs of runbooks with their sessions. Agents, files and
//! what a file prints are told by scripts, since nothing is ever run or fetched here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use uuid::Uuid;

use super::connection_view::merged;
use super::go_json::{Go, Shape, field, required};
use super::http::{Answer, Outcome, Request, ok, refuse};
use super::routes::Gateway;
use super::store::{Connection, new_id};

const RUN: Shape = Shape {
    name: "RunbookExec",
    fields: &[
        required("connection_name", Go::Text),
        required("repository", Go::Text),
        required("file_name", Go::Text),
        field("parameters", Go::TextMap),
        field("env_vars", Go::TextMap),
        field("client_args", Go::Texts),
        field("metadata", Go::AnyMap),
        field("jira_fields", Go::TextMap),
    ],
};

/// Where the gateway knows no exit code.
const NO_CODE: i64 = -2;
const OFFLINE: &str = "rpc error: code = FailedPrecondition desc = agent is offline";

/// What a file does when it is run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    pub(crate) output: String,
    pub(crate) exit_code: i64,
    /// How often its session is found running; if ever, the gateway does not wait for its end.
    pub(crate) running: u32,
    /// It waits for a review, which is at this address.
    pub(crate) review: Option<String>,
}

/// What scripts told, and the sessions of runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Runs {
    /// Names of agents.
    pub(super) online: BTreeSet<String>,
    /// By repository and path.
    pub(super) files: BTreeMap<(String, String), Script>,
    sessions: BTreeMap<Uuid, Script>,
}

impl Runs {
    pub(super) fn count(&self) -> usize {
        self.sessions.len()
    }
}

/// Facts §6: databases only, through an agent that is there.
pub(super) fn test(gateway: &mut Gateway, request: &Request) -> Outcome {
    let row = gateway.store.find_connection(request.param(0)).ok_or_else(no_connection)?;
    let failed = |text: String| refuse(400, format!("connection test failed: {text}"));
    if row.kind != "database" {
        return Err(failed("unsupported connection type: command-line".into()));
    }
    if !is_online(gateway, row) {
        return Err(failed(format!("failed issuing test command, output={OFFLINE}")));
    }
    ok(&json!({ "success": true }))
}

/// A run that fails is a 200 like one that succeeds; one that takes longer than the gateway waits is a 202.
pub(super) fn exec(gateway: &mut Gateway, request: &Request) -> Outcome {
    let body = RUN.read(&request.body)?;
    let row = gateway.store.find_connection(&body.text("connection_name")).ok_or_else(no_connection)?;
    let (repository, file) = (body.text("repository"), body.text("file_name"));
    if !gateway.store.runbooks.has(&repository) {
        return Err(refuse(400, format!("runbook repository config {repository} not found")));
    }
    let files = &gateway.store.runs.files;
    if !files.keys().any(|(of, _)| *of == repository) {
        return Err(refuse(500, "failed cloning runbook repository: network is unreachable"));
    }
    let script = files.get(&(repository, file.clone())).cloned();
    let script = script.ok_or_else(|| refuse(404, format!("runbook file {file} not found on git repo")))?;
    let script = match is_online(gateway, row) {
        true => script,
        false => Script { output: OFFLINE.into(), exit_code: NO_CODE, ..Script::default() },
    };
    let id = Uuid::parse_str(&new_id()).expect("an id is a UUID");
    gateway.store.runs.sessions.insert(id, script.clone());
    let (is_running, reviewed) = (script.running > 0, script.review.is_some());
    let status = match script.exit_code {
        _ if is_running => "running",
        0 => "success",
        _ => "failed",
    };
    let answer = json!({
        "has_review": reviewed, "session_id": id.to_string(),
        "output": if is_running { String::new() } else { script.review.unwrap_or(script.output) },
        "output_status": status, "truncated": false, "execution_time": 19,
        "exit_code": if is_running { NO_CODE } else { script.exit_code }, "ai_analysis": null,
    });
    Ok(Answer::json(if is_running { 202 } else { 200 }, &answer))
}

pub(super) fn sessions(gateway: &mut Gateway, _: &Request) -> Outcome {
    let ids: Vec<Value> = gateway.store.runs.sessions.keys().map(|id| json!({ "id": id.to_string() })).collect();
    ok(&json!({ "total": ids.len(), "data": ids, "total_is_capped": false, "has_next_page": false }))
}

/// The output only on demand.
pub(super) fn session(gateway: &mut Gateway, request: &Request) -> Outcome {
    let id = Uuid::parse_str(request.param(0)).map_err(|_| refuse(500, "failed fetching session"))?;
    let run = gateway.store.runs.sessions.get_mut(&id).ok_or_else(|| refuse(404, "not found"))?;
    run.running = run.running.saturating_sub(1);
    let is_running = run.running > 0;
    let mut shown = json!({
        "id": id.to_string(), "verb": "exec", "status": if is_running { "open" } else { "done" },
        "exit_code": if is_running { Value::Null } else { json!(run.exit_code) }, "event_size": run.output.len(),
    });
    if request.query("expand").is_some_and(|fields| fields.split(',').any(|field| field == "event_stream")) {
        shown["event_stream"] = json!([run.output]);
    }
    ok(&shown)
}

fn is_online(gateway: &Gateway, row: &Connection) -> bool {
    let agent = merged(&gateway.store, row).agent_id.and_then(|id| gateway.store.find_agent(&id));
    agent.is_some_and(|agent| gateway.store.runs.online.contains(&agent.name))
}

fn no_connection() -> Answer {
    refuse(404, "connection not found")
}
