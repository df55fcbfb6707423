//! What requests do to each other in the real gateway, which serves them at once (facts §3, "concurrency"): a PATCH of a
//! connection saves the whole of it as it was when it was read, and a create that found its name free meets the
//! database's index. Here both are split in two, with other requests in between.

use std::time::Duration;

use serde_json::Value;

use super::http::{Answer, Asked, refuse, split_target};
use super::routes::Gateway;
use super::server::System as _;
use super::store::{Connection, Texts};

/// What a request saw when it arrived, as far as what it writes depends on it.
pub(super) enum Seen {
    /// A connection that is to be patched, with the rows that say who reviews it and what is masked.
    Connection(Box<Connection>, [Option<Texts>; 2]),
    /// Nothing of the name that is to be created. Roles are made with it, or not.
    FreeName(String, bool),
    Nothing,
}

const OF_THE_CONNECTION: [&str; 2] = ["review", "dlp"];

pub(super) fn look(gateway: &Gateway, asked: &Asked) -> Seen {
    let (path, _) = split_target(&asked.target);
    match (asked.method.as_str(), path.strip_prefix("/api/").unwrap_or_default()) {
        ("PATCH", path) => match path.strip_prefix("connections/").and_then(|key| gateway.store.find_connection(key)) {
            Some(row) => {
                let rows = OF_THE_CONNECTION.map(|plugin| gateway.store.plugin_config(plugin, &row.id).cloned());
                Seen::Connection(Box::new(row.clone()), rows)
            }
            None => Seen::Nothing,
        },
        ("POST", kind @ ("connections" | "plugins" | "resources")) => {
            let body: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
            match body["name"].as_str() {
                Some(name) if !exists(gateway, kind, name) => Seen::FreeName(name.to_owned(), body["roles"].is_array()),
                _ => Seen::Nothing,
            }
        }
        _ => Seen::Nothing,
    }
}

fn exists(gateway: &Gateway, kind: &str, name: &str) -> bool {
    match kind {
        "plugins" => gateway.store.plugins.contains_key(name),
        "resources" => gateway.store.resources.contains_key(name),
        _ => gateway.store.find_connection(name).is_some(),
    }
}

/// Acts on what was seen, whatever has become of it.
pub(super) fn act(gateway: &mut Gateway, seen: Seen, asked: &Asked) -> Answer {
    let store = &mut gateway.store;
    match seen {
        Seen::Connection(row, rows) if store.connections.contains_key(&row.name) => {
            for (plugin, config) in OF_THE_CONNECTION.into_iter().zip(rows) {
                match config {
                    Some(config) => store.put_plugin_row(plugin, &row.id, Some(Some(config))),
                    None => drop(store.remove_plugin_row(plugin, &row.id)),
                }
            }
            // Attributes are saved apart from the row, and only those that are given.
            let attributes = store.connections[&row.name].attributes.clone();
            store.connections.insert(row.name.clone(), Connection { attributes, ..*row });
        }
        // A resource is written over what is there then, unless a role of the name is.
        Seen::FreeName(name, false) if asked.target == "/api/resources" => {
            let Some(first) = store.resources.remove(&name) else { return gateway.answer(asked) };
            let answer = gateway.answer(asked);
            if let Some(last) = gateway.store.resources.get_mut(&name) {
                (last.id, last.created_at) = (first.id, first.created_at);
            }
            return answer;
        }
        Seen::FreeName(name, _) if exists(gateway, asked.target.trim_start_matches("/api/"), &name) => {
            return refuse(500, format!("failed creating {name}, reason=duplicated key not allowed"));
        }
        _ => {}
    }
    gateway.answer(asked)
}

/// How long this request takes: a part of the longest that looks as if drawn by lot, and is the same in every run.
pub(super) fn pause(longest: Duration, ticket: u64) -> Duration {
    let lot = ticket.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    longest.mul_f64(lot as f64 / f64::from(u32::MAX))
}

/// What was recorded of the gateway (trace `connections-concurrency`), acted out: which requests are refused and what
/// is there afterwards.
#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::emulator::{Emulator, wire};

    fn racing() -> Emulator {
        Emulator::builder().racing(Duration::from_millis(300)).start()
    }

    /// Sends all at once; answers with the statuses, sorted.
    fn at_once(emulator: &Emulator, requests: &[(&str, String, Value)]) -> Vec<u16> {
        let headers = [("Authorization".to_owned(), format!("Bearer {}", emulator.api_key()))];
        let send = |(method, path, body): &(&str, String, Value)| {
            let body = body.to_string();
            wire::exchange(&emulator.api_url(), method, path, &headers, Some(body.as_bytes()))
                .expect("an answer")
                .status
        };
        let mut statuses: Vec<u16> = std::thread::scope(|scope| {
            let all: Vec<_> = requests.iter().map(|request| scope.spawn(|| send(request))).collect();
            all.into_iter().map(|one| one.join().expect("no panic")).collect()
        });
        statuses.sort_unstable();
        statuses
    }

    fn connection(emulator: &Emulator, name: &str) -> Value {
        json!({ "name": name, "type": "custom", "agent_id": emulator.agent_id(), "command": ["bash"],
            "access_mode_runbooks": "enabled", "access_mode_exec": "enabled", "access_mode_connect": "enabled",
            "access_schema": "disabled" })
    }

    #[test]
    fn one_of_many_creates_of_a_name_is_done() {
        let emulator = racing();
        let create = ("POST", "/api/connections".to_owned(), connection(&emulator, "same"));
        let statuses = at_once(&emulator, &vec![create; 20]);
        assert!(statuses[0] == 201 && statuses[1..].iter().all(|it| [409, 500].contains(it)), "{statuses:?}");
        assert!(statuses.contains(&500), "none of them overlapped");
        let enable = ("POST", "/api/plugins".to_owned(), json!({ "name": "webhooks", "connections": [] }));
        let statuses = at_once(&emulator, &vec![enable; 10]);
        assert!(statuses[0] == 201 && statuses[1..].iter().all(|it| [400, 500].contains(it)), "{statuses:?}");
    }

    #[test]
    fn the_last_of_many_creates_of_a_resource_stays() {
        let emulator = racing();
        let create = |index: usize| {
            let env_vars = json!({ "N": index.to_string() });
            ("POST", "/api/resources".to_owned(), json!({ "name": "same", "type": "custom", "env_vars": env_vars }))
        };
        let statuses = at_once(&emulator, &(0..10).map(create).collect::<Vec<_>>());
        assert!(statuses[1] == 201 && statuses.iter().all(|it| [201, 409].contains(it)), "{statuses:?}");
        let all = emulator.call("GET", "/api/resources", Value::Null).1;
        assert_eq!(all.as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn patches_of_one_connection_lose_each_others_fields() {
        let emulator = racing();
        assert_eq!(emulator.call("POST", "/api/connections", connection(&emulator, "patched")).0, 201);
        let fields = [
            ("tags", json!(["x"])),
            ("command", json!(["sh"])),
            ("reviewers", json!(["g"])),
            ("redact_types", json!(["E"])),
            ("connection_tags", json!({ "a": "b" })),
            ("access_mode_exec", json!("disabled")),
            ("secret", json!({ "envvar:A": "YQ==" })),
            ("subtype", json!("sub")),
        ];
        let patch =
            |(field, value): &(&str, Value)| ("PATCH", "/api/connections/patched".to_owned(), json!({ *field: value }));
        let patches: Vec<_> = fields.iter().map(patch).collect();
        assert_eq!(at_once(&emulator, &patches), [200; 8], "nobody is told");
        let now = emulator.call("GET", "/api/connections/patched", Value::Null).1;
        let survived = fields.iter().filter(|(field, value)| now[*field] == *value).count();
        assert!((1..8).contains(&survived), "{survived} survived: {now}");
    }

    #[test]
    fn no_row_of_a_plugin_is_lost() {
        let emulator = racing();
        assert_eq!(emulator.call("POST", "/api/plugins", json!({ "name": "p", "connections": [] })).0, 201);
        let row = |index: usize| {
            let made = emulator.call("POST", "/api/connections", connection(&emulator, &format!("row-{index}"))).1;
            let path = format!("/api/plugins/p/conn/{}", made["id"].as_str().expect("an id"));
            ("PUT", path, json!({ "config": ["g"] }))
        };
        let rows: Vec<_> = (0..20).map(row).collect();
        assert_eq!(at_once(&emulator, &rows), [200; 20]);
        let plugin = emulator.call("GET", "/api/plugins/p", Value::Null).1;
        assert_eq!(plugin["connections"].as_array().map(Vec::len), Some(20));
    }
}
