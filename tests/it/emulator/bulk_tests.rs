//! What no trace shows of the answers from which many reads can be served at once: the audit log and its switches, the
//! clock, stamps of secrets, and what older versions lack.

use serde_json::{Value, json};

use super::wire::exchange;
use super::{AuditLog, Emulator, Role};

fn with_connection(emulator: Emulator) -> Emulator {
    let body = json!({
        "name": "one", "type": "custom", "agent_id": emulator.agent_id(), "access_mode_runbooks": "enabled",
        "access_mode_exec": "enabled", "access_mode_connect": "enabled", "access_schema": "disabled",
        "access_max_duration": 1800, "secret": { "envvar:A": "YQ==" },
    });
    assert_eq!(emulator.call("POST", "/api/connections", body).0, 201);
    emulator
}

fn get(emulator: &Emulator, path: &str) -> Value {
    let (status, answer) = emulator.call("GET", path, Value::Null);
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

fn patch(emulator: &Emulator, body: Value) {
    assert_eq!(emulator.call("PATCH", "/api/connections/one", body).0, 200);
}

fn role(emulator: &Emulator) -> Value {
    get(emulator, "/api/resources?page=1&page_size=100&name=one")["data"][0]["roles"][0].clone()
}

/// Method and path of each entry since a time, the newest first.
fn entries(emulator: &Emulator, since: &str) -> Vec<String> {
    let log = get(emulator, &format!("/api/audit/logs?created_after={since}&page_size=100"));
    let entries = log["data"].as_array().cloned().unwrap_or_default();
    let line = |entry: &Value| {
        let text = |field: &str| entry[field].as_str().unwrap_or_default().to_owned();
        format!("{} {}", text("http_method"), text("http_path"))
    };
    entries.iter().map(line).collect()
}

fn date(emulator: &Emulator) -> String {
    let headers = [("Authorization".to_owned(), format!("Bearer {}", emulator.api_key()))];
    let reply = exchange(&emulator.api_url(), "GET", "/api/agents", &headers, None).expect("an answer");
    let dates: Vec<&str> = reply.head.lines().filter_map(|line| line.strip_prefix("date: ")).collect();
    assert_eq!(dates.len(), 1, "{}", reply.head);
    dates[0].to_owned()
}

#[test]
fn one_clock_stamps_secrets_entries_and_answers() {
    let emulator = with_connection(Emulator::start());
    assert_eq!(date(&emulator), "Thu, 01 Jan 2026 00:00:00 GMT");
    emulator.move_clock(90);
    patch(&emulator, json!({ "secret": { "envvar:A": "Yg==" } }));
    assert_eq!(date(&emulator), "Thu, 01 Jan 2026 00:01:30 GMT");
    let stamp = role(&emulator)["secrets_updated_at"].clone();
    assert!(stamp.as_str().is_some_and(|stamp| stamp.starts_with("2026-01-01T00:01:30.")), "{stamp}");
    assert_eq!(entries(&emulator, "2026-01-01T00:01:30Z"), ["PATCH /api/connections/one"]);
    emulator.move_clock(-3600);
    patch(&emulator, json!({ "tags": [] }));
    assert_eq!(date(&emulator), "Wed, 31 Dec 2025 23:01:30 GMT");
    assert_eq!(entries(&emulator, "2026-01-01").len(), 2, "what came later has an earlier time");
}

#[test]
fn the_log_can_be_behind_or_lose_entries_or_be_pruned() {
    let emulator = with_connection(Emulator::start());
    let all = || entries(&emulator, "2026-01-01").len();
    emulator.set_audit_log(AuditLog::Behind);
    patch(&emulator, json!({ "tags": [] }));
    assert_eq!(all(), 1);
    emulator.flush_audit_log();
    assert_eq!(all(), 2);
    emulator.set_audit_log(AuditLog::Lost);
    patch(&emulator, json!({ "tags": [] }));
    emulator.set_audit_log(AuditLog::Kept);
    assert_eq!(all(), 2);
    emulator.move_clock(60);
    patch(&emulator, json!({ "tags": [] }));
    emulator.prune_audit_log(30);
    assert_eq!(all(), 1);
}

#[test]
fn the_log_is_not_there_for_everybody_and_not_in_every_version() {
    let emulator = with_connection(Emulator::start());
    let path = "/api/audit/logs";
    emulator.set_audit_log(AuditLog::Off);
    assert_eq!(emulator.call("GET", path, Value::Null).0, 404);
    emulator.set_audit_log(AuditLog::Refused);
    assert_eq!(emulator.call("GET", path, Value::Null).0, 403);
    emulator.set_audit_log(AuditLog::Kept);
    for (role, status) in [(Role::Admin, 200), (Role::Auditor, 200), (Role::Standard, 403)] {
        let key = emulator.add_api_key(&format!("{role:?}"), role);
        let headers = [("Authorization".to_owned(), format!("Bearer {key}"))];
        let reply = exchange(&emulator.api_url(), "GET", path, &headers, None).expect("an answer");
        assert_eq!(reply.status, status, "{role:?}");
    }
    emulator.set_version("1.49.10");
    assert_eq!(emulator.call("GET", path, Value::Null).0, 404);
}

#[test]
fn a_body_with_a_nul_leaves_no_entry_though_it_is_done() {
    let emulator = with_connection(Emulator::start());
    patch(&emulator, json!({ "secret": { "envvar:A": "Yg==" }, "ignored": "\0" }));
    assert_eq!(entries(&emulator, "2026-01-01"), ["POST /api/connections"]);
    assert_eq!(get(&emulator, "/api/connections/one")["secret"], json!({ "envvar:A": "Yg==" }));
}

#[test]
fn a_tool_changes_secrets_and_no_stamp() {
    let emulator = with_connection(Emulator::start());
    let before = role(&emulator)["secrets_updated_at"].clone();
    let call = |arguments: Value| {
        let params = json!({ "name": "connections_update", "arguments": arguments });
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        emulator.call("POST", "/api/mcp", message)
    };
    let (status, answer) = call(json!({ "name": "one", "secrets": { "envvar:A": "Yg==" }, "tags": { "a": "b" } }));
    assert!(status == 200 && answer.as_str().is_some_and(|text| !text.contains("isError")), "{answer}");
    let now = get(&emulator, "/api/connections/one");
    assert_eq!(now["secret"], json!({ "envvar:A": "Yg==" }));
    assert_eq!(now["connection_tags"], json!({ "a": "b" }));
    assert_eq!(now["access_max_duration"], 1800);
    assert_eq!((&now["secrets_updated_at"], &role(&emulator)["secrets_updated_at"]), (&before, &before));
    assert_eq!(call(json!({ "name": "nobody" })).0, 200, "a refusal is an answer too");
    let log = get(&emulator, "/api/audit/logs?http_path=mcp");
    assert_eq!(log["pages"]["total"], 2);
    let params = json!({ "name": "connections_update",
        "arguments": { "name": "one", "secrets": "[REDACTED]", "tags": { "a": "b" } } });
    assert_eq!(log["data"][1]["request_payload_redacted"]["params"], params);
}

/// The log keeps as text what is no JSON object, and the tools carry it out.
#[test]
fn a_batch_and_a_message_with_more_behind_it_are_done() {
    let emulator = with_connection(Emulator::start());
    let headers = [("Authorization".to_owned(), format!("Bearer {}", emulator.api_key()))];
    let message = |value: &str| {
        let arguments = json!({ "name": "one", "secrets": { "envvar:A": value } });
        let params = json!({ "name": "connections_update", "arguments": arguments });
        json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params })
    };
    for (value, body) in [("Yg==", format!("[{}]", message("Yg=="))), ("Yw==", format!("{} more", message("Yw==")))] {
        let reply = exchange(&emulator.api_url(), "POST", "/api/mcp", &headers, Some(body.as_bytes()));
        assert_eq!(reply.expect("an answer").status, 200);
        assert_eq!(get(&emulator, "/api/connections/one")["secret"], json!({ "envvar:A": value }));
        let log = get(&emulator, "/api/audit/logs?http_path=mcp");
        assert_eq!(log["data"][0]["request_payload_redacted"], json!({ "_raw": body }));
    }
}

#[test]
fn proposals_and_agents_change_secrets_and_no_stamp() {
    let emulator = with_connection(Emulator::start());
    let before = role(&emulator)["secrets_updated_at"].clone();
    emulator.apply_proposal(Some("one"), "one", &[("envvar:A", "Yg==")]);
    emulator.apply_proposal(None, "one", &[("envvar:A", "Yw==")]);
    assert!(emulator.overwrite_secret("one", &[("envvar:A", "ZA==")]));
    assert_eq!(get(&emulator, "/api/connections/one")["secret"], json!({ "envvar:A": "ZA==" }));
    assert_eq!(role(&emulator)["secrets_updated_at"], before);
    let wanted = ["POST /api/resources/apply", "POST /api/resources/one/apply", "POST /api/connections"];
    assert_eq!(entries(&emulator, "2026-01-01"), wanted);
}

#[test]
fn older_versions_stamp_nothing_and_their_roles_show_less() {
    let emulator = with_connection(Emulator::builder().version("1.112.0").start());
    assert_eq!(role(&emulator)["access_max_duration"], 1800);
    assert_eq!(role(&emulator).get("secrets_updated_at"), None);
    emulator.set_version("1.148.0");
    assert_eq!(role(&emulator).get("secrets_updated_at"), None, "written before there were stamps");
    patch(&emulator, json!({ "tags": [] }));
    assert_eq!(role(&emulator).get("secrets_updated_at"), None);
    patch(&emulator, json!({ "secret": { "envvar:A": "YQ==" } }));
    assert!(role(&emulator)["secrets_updated_at"].is_string());
    emulator.set_version("1.68.0");
    assert_eq!(role(&emulator)["access_max_duration"], Value::Null);
}
