//! Many things at once: in one process, in several, by several people. Requests overlap in the emulator as they do in
//! the gateway (`racing`); whatever the order, nothing is lost, nothing is made twice, and nobody waits for ever.

mod bulk;
mod in_flight;
mod model;
mod parallel;
mod requests;
mod stress;
mod workspaces;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::emulator::Emulator;

/// No test comes near it; only one that waits for ever exceeds it.
const FOR_EVER: Duration = Duration::from_secs(120);

/// A gateway whose requests overlap, each a few milliseconds long.
fn racing() -> Emulator {
    Emulator::builder().racing(Duration::from_millis(4)).start()
}

fn shown(emulator: &Emulator, path: &str) -> Json {
    let (status, body) = emulator.call("GET", path, Json::Null);
    assert_eq!(status, 200, "{path}: {body}");
    body
}

/// The names in a collection.
fn names(emulator: &Emulator, collection: &str) -> BTreeSet<String> {
    let all = shown(emulator, &format!("/api/{collection}?page=1&page_size=100"));
    assert!(all["pages"]["total"].as_u64().is_none_or(|total| total <= 100), "one page is not all of {collection}");
    let items = all.get("data").unwrap_or(&all).as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()).collect()
}

/// What is said of a plugin's rows: the first word of each, by the id of the connection.
fn rows(emulator: &Emulator, plugin: &str) -> BTreeMap<String, Json> {
    let plugin = shown(emulator, &format!("/api/plugins/{plugin}"));
    let rows = plugin["connections"].as_array().cloned().unwrap_or_default();
    rows.iter().map(|row| (row["id"].as_str().expect("an id").to_owned(), row["config"][0].clone())).collect()
}

/// A connection of ours; `mark` is what a change changes.
fn connection(emulator: &Emulator, name: &str, mark: &str) -> Json {
    json!({ "name": name, "type": "custom", "agent_id": emulator.agent_id(), "tags": { "mark": mark },
        "secrets": { "envvar:MARK": mark } })
}

/// A resource with three roles; `mark` is what a change changes in each of them.
fn resource(name: &str, mark: &str) -> Json {
    let role = |index: usize| {
        let role = json!({ "type": "custom", "command": [mark], "secrets": { "envvar:ROLE": "own" } });
        (format!("{name}-role-{index}"), role)
    };
    json!({ "name": name, "type": "custom", "env_vars": { "MARK": mark },
        "roles": (0..3).map(role).collect::<serde_json::Map<_, _>>() })
}
