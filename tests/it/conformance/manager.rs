//! Holds the emulator of the manager to recorded traces of the real one, errors and headers included. What an operator,
//! a job or a database did between two recorded requests is prepared by the emulator's script; nothing is skipped.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::compare::Comparison;
use super::{content, files_in, told, traces};
use crate::emulator::manager::{Manager, ManagerEmulator};
use crate::emulator::wire::{self, Reply};

/// What is wrong with a schema comes in no order.
const UNORDERED: &[&str] = &["errors"];

/// Fields that are never equal: how long something took, and a hash of which only the form is known.
const IGNORED: &[&str] = &["latencyMs", "requestHash"];

/// Headers that belong to one answer alone.
const OWN_HEADERS: &[&str] = &["Content-Length", "X-Request-Id"];

#[test]
fn connections() {
    replay("connections", |manager| {
        manager.add_target(&recorded_database());
        // Moved 80 days back by hand, before the first list that could see it.
        manager.add_record(json!({
            "id": "01a20696-9470-7e09-a8d8-a848d51e7620", "configName": "pg-old", "productName": "reporter",
            "createdAt": "2026-09-01T00:00:00Z",
        }));
        // Its product was taken away by hand, after 198 requests.
        manager.add_record(json!({
            "id": "01a20696-942e-7b24-a355-5f154ad6653a", "configName": "pg-legacy", "after": 198,
        }));
        // Seven more tests ran when the limit was recorded.
        manager.set_test_limit(3);
        // The job was ended by hand after its fourth refusal.
        manager.set_job_refusals(4);
    });
}

#[test]
fn guard() {
    replay("guard", |manager| manager.host_guard = true);
}

/// Recorded after the suite of the guard, on the same store.
#[test]
fn internal() {
    replay("internal", |manager| {
        manager.add_target(&recorded_database());
        manager.add_internal(&json!({
            "id": "d23dda0c-5f1a-5d94-a584-ea056a9fa8c1", "configName": "midaz_onboarding", "host": "127.0.0.1",
            "port": 5479,
        }));
        for (name, host, port) in [("guard-15", "8.8.8.8", 5432), ("guard-localhost", "localhost", 5433)] {
            let record = json!({ "configName": name, "productName": "reporter", "host": host, "port": port });
            manager.add_record(record);
        }
    });
}

#[test]
fn every_trace_of_the_manager_is_replayed() {
    let replayed = ["connections", "guard", "internal"].map(|suite| format!("{suite}.jsonl"));
    assert_eq!(files_in(&folder()), BTreeSet::from(replayed));
}

fn folder() -> PathBuf {
    traces().join("lerian")
}

/// The database that was there when the traces were made.
fn recorded_database() -> Value {
    let tables = json!({ "orders": ["id", "note", "total"] });
    json!({ "host": "127.0.0.1", "port": 5479, "password": "dummy-pg", "tables": tables })
}

fn replay(suite: &str, script: impl FnOnce(&mut Manager)) {
    let text = fs::read_to_string(folder().join(suite).with_extension("jsonl")).expect("a trace");
    let prepared = ManagerEmulator::builder().with(|manager| manager.set_now("2026-11-23T04:07:40Z"));
    let emulator = prepared.with(script).start();
    let mut comparison = Comparison::new(UNORDERED.to_vec(), IGNORED);
    let steps = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of a trace is JSON"));
    let mut differing = Vec::new();
    // The first line of a trace may be about all of it.
    for step in steps.filter(|step| step.get("request").is_some()) {
        differing.extend(told(&step, &replay_step(&emulator, &step, &mut comparison)));
    }
    assert!(differing.is_empty(), "{suite} differs from the recorded manager:\n{}", differing.join("\n"));
}

fn replay_step(emulator: &ManagerEmulator, step: &Value, comparison: &mut Comparison) -> Vec<String> {
    let (request, response) = (&step["request"], &step["response"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let headers = request["headers"].as_object().into_iter().flatten();
    let headers: Vec<_> = headers.map(|(name, value)| (name.clone(), text(value))).collect();
    let target = comparison.in_text(&text(&request["path"]));
    let body = comparison.request_body(request).filter(|_| !request["body"].is_null());
    let method = text(&request["method"]);
    let reply = match wire::exchange(&emulator.url(), &method, &target, &headers, body.as_deref()) {
        Ok(reply) => reply,
        Err(error) => return vec![format!("no answer: {error}")],
    };
    let mut differences = comparison.differences(&response["body"], &content(&reply.body));
    if response["status"] != reply.status {
        differences.insert(0, format!("status {}, want {}", reply.status, response["status"]));
    }
    differences.extend(missing_headers(response, &reply));
    differences
}

fn missing_headers(response: &Value, reply: &Reply) -> Vec<String> {
    let head = reply.head.to_lowercase();
    let wanted = response["headers"].as_object().into_iter().flatten();
    let wanted = wanted.filter(|(name, _)| !OWN_HEADERS.contains(&name.as_str()));
    let lines = wanted.map(|(name, value)| format!("{name}: {}", value.as_str().unwrap_or_default()));
    lines.filter(|line| !head.lines().any(|found| found == line.to_lowercase())).collect()
}
