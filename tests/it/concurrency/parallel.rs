//! One workspace with everything in it, applied by a real Terraform fifty objects at a time.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::terraform::{Config, Gateway, Outcome, Terraform, control, reference};

const CONNECTIONS: usize = 50;
const RESOURCES: usize = 20;

/// Plugins with a set of connections: their names, and which connections are theirs.
const PLUGINS: [(&str, std::ops::Range<usize>); 2] = [("indexer", 0..10), ("webhooks", 5..15)];

/// What is configured: `mark` in every object, and the last element of each collection gone or come.
fn config(emulator: &Emulator, mark: &str) -> Config {
    let mut config = Config::default();
    let changed = mark != "one";
    for index in 0..CONNECTIONS {
        let id = reference(&format!("hoop_connection.c{index}.id"));
        config.set("hoop_connection", &format!("c{index}"), connection(emulator, &format!("tf-{index}"), mark));
        let plugin = reference("hoop_plugin.access.name");
        let row = json!({ "plugin_name": plugin, "connection_id": id, "config": [mark] });
        config.set("hoop_plugin_connection", &format!("r{index}"), row);
    }
    for index in 0..RESOURCES {
        let mut host = resource(&format!("tf-host-{index}"), mark);
        if changed {
            let roles = host["roles"].as_object_mut().expect("roles");
            let role = roles.remove(&format!("tf-host-{index}-role-0")).expect("a role");
            roles.insert(format!("tf-host-{index}-role-3"), role);
        }
        config.set("hoop_resource", &format!("h{index}"), host);
    }
    config.set("hoop_plugin", "access", json!({ "name": "access_control" }));
    for (name, range) in PLUGINS {
        let range = if changed { range.start + 1..range.end + 1 } else { range };
        let row =
            |index| json!({ "connection_id": reference(&format!("hoop_connection.c{index}.id")), "config": [mark] });
        config.set("hoop_plugin", name, json!({ "name": name, "connections": range.map(row).collect::<Vec<_>>() }));
    }
    config
}

/// Everything that the gateway holds, as far as a configuration says it.
fn held(emulator: &Emulator) -> BTreeMap<String, Json> {
    let mut held = BTreeMap::new();
    let mut id_to_name = BTreeMap::new();
    let connections = emulator.call("GET", "/api/connections", Json::Null).1;
    for listed in connections.as_array().expect("a list") {
        let name = listed["name"].as_str().expect("a name").to_owned();
        let one = shown(emulator, &format!("/api/connections/{name}"));
        id_to_name.insert(one["id"].as_str().expect("an id").to_owned(), name.clone());
        let said = json!([one["connection_tags"], one["secret"], one["command"], one["agent_id"]]);
        held.insert(format!("connection {name} of {}", one["resource_name"].as_str().expect("a resource")), said);
    }
    for name in names(emulator, "resources").into_iter().filter(|name| name.starts_with("tf-host")) {
        let env_vars = shown(emulator, &format!("/api/resources/{name}"))["env_vars"].clone();
        held.insert(format!("resource {name}"), env_vars);
    }
    for plugin in ["access_control", "indexer", "webhooks"] {
        if emulator.call("GET", &format!("/api/plugins/{plugin}"), Json::Null).0 == 200 {
            let rows = rows(emulator, plugin).into_iter();
            held.extend(rows.map(|(id, word)| (format!("row {plugin} {}", id_to_name[&id]), word)));
        }
    }
    held
}

/// The same, told from the configuration.
fn wanted(emulator: &Emulator, mark: &str) -> BTreeMap<String, Json> {
    use base64::Engine as _;
    let mut wanted = BTreeMap::new();
    let stored = base64::engine::general_purpose::STANDARD.encode(mark);
    let changed = usize::from(mark != "one");
    for index in 0..CONNECTIONS {
        let said = json!([{ "mark": mark }, { "envvar:MARK": stored }, null, emulator.agent_id()]);
        wanted.insert(format!("connection tf-{index} of tf-{index}"), said);
        wanted.insert(format!("row access_control tf-{index}"), json!(mark));
    }
    for index in 0..RESOURCES {
        wanted.insert(format!("resource tf-host-{index}"), json!({ "MARK": stored }));
        for role in changed..3 + changed {
            let said = json!([{}, { "envvar:ROLE": "b3du" }, [mark], ""]);
            wanted.insert(format!("connection tf-host-{index}-role-{role} of tf-host-{index}"), said);
        }
    }
    for (plugin, range) in PLUGINS {
        for index in range {
            wanted.insert(format!("row {plugin} tf-{}", index + changed), json!(mark));
        }
    }
    wanted
}

#[track_caller]
fn assert_held(emulator: &Emulator, wanted: &BTreeMap<String, Json>) {
    let held = held(emulator);
    let names = |map: &BTreeMap<String, Json>| map.keys().cloned().collect::<BTreeSet<_>>();
    let (there, told) = (names(&held), names(wanted));
    assert_eq!(there.difference(&told).collect::<Vec<_>>(), Vec::<&String>::new(), "are there and should not be");
    assert_eq!(told.difference(&there).collect::<Vec<_>>(), Vec::<&String>::new(), "are lost");
    for (name, value) in wanted {
        assert_eq!(held[name], *value, "{name}");
    }
}

/// What was asked since the last look, with how often: writes with their bodies, which may all be different.
fn take_requests(gateway: &Gateway) -> BTreeMap<(String, String), Vec<Option<Json>>> {
    let mut asked: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for request in gateway.emulator().requests() {
        asked.entry((request.method, request.path)).or_default().push(request.body);
    }
    gateway.emulator().clear_requests();
    asked
}

/// Each object is written by one request and read by one. All rows of a plugin are read together: less often than
/// there are rows, but for the reads before and after each write.
#[track_caller]
fn assert_no_needless_request(gateway: &Gateway, writes: &[(&str, &str, usize)], reads_of_one: usize) {
    let asked = take_requests(gateway);
    for ((method, path), bodies) in &asked {
        let of_all_rows = path.starts_with("/api/plugins/") || path == "/api/userinfo";
        match method.as_str() {
            "GET" if of_all_rows => {}
            "GET" => assert!(bodies.len() <= reads_of_one, "{} times GET {path}", bodies.len()),
            _ => {
                let twice = bodies.iter().enumerate().find(|(index, body)| bodies[..*index].contains(*body));
                assert!(twice.is_none(), "twice {method} {path}");
            }
        }
    }
    for (method, prefix, count) in writes {
        let found: usize = asked
            .iter()
            .filter(|((asked, path), _)| asked == method && path.starts_with(prefix))
            .map(|(_, bodies)| bodies.len())
            .sum();
        assert_eq!(found, *count, "{method} {prefix}");
    }
    let all: usize = asked.iter().filter(|((method, _), _)| method != "GET").map(|(_, bodies)| bodies.len()).sum();
    assert_eq!(all, writes.iter().map(|(.., count)| count).sum::<usize>(), "other writes: {:?}", asked.keys());
    let of_plugin = asked.get(&("GET".to_owned(), "/api/plugins/access_control".to_owned())).map_or(0, Vec::len);
    assert!(of_plugin <= 2 * CONNECTIONS + 10, "{of_plugin} reads of one plugin");
}

fn fifty_at_a_time(terraform: &Terraform, command: &str) -> Outcome {
    let more: &[&str] = if command == "plan" { &["-detailed-exitcode"] } else { &["-auto-approve"] };
    terraform.run(&[&[command, "-json", "-input=false", "-lock=false", "-parallelism=50"], more].concat())
}

#[test]
fn everything_at_once_is_written_once_and_nothing_is_lost() {
    let Some(gateway) = control(racing) else { return };
    let emulator = gateway.emulator();
    let terraform = Terraform::new(&gateway);

    terraform.configure(&config(emulator, "one"));
    fifty_at_a_time(&terraform, "apply").ok();
    let created = [
        ("POST", "/api/connections", CONNECTIONS),
        ("POST", "/api/resources", RESOURCES),
        ("POST", "/api/plugins", 3),
        ("PUT", "/api/plugins/access_control/conn/", CONNECTIONS),
    ];
    assert_no_needless_request(&gateway, &created, 1);
    assert_held(emulator, &wanted(emulator, "one"));
    assert_eq!(fifty_at_a_time(&terraform, "plan").code, 0, "the second plan is not empty");
    // A refresh of fifty rows asks for their plugin a few times.
    let asked = take_requests(&gateway).remove(&("GET".to_owned(), "/api/plugins/access_control".to_owned()));
    assert!((1..10).contains(&asked.map_or(0, |bodies| bodies.len())));

    terraform.configure(&config(emulator, "two"));
    fifty_at_a_time(&terraform, "apply").ok();
    let changed = [
        // Two roles are changed, one comes, which takes a POST and a PATCH, and one goes.
        ("PATCH", "/api/connections/tf-", CONNECTIONS + 3 * RESOURCES),
        ("POST", "/api/connections", RESOURCES),
        ("DELETE", "/api/connections/tf-host-", RESOURCES),
        ("PUT", "/api/resources/tf-host-", RESOURCES),
        ("PUT", "/api/plugins/", CONNECTIONS + 20),
        ("DELETE", "/api/plugins/", 2),
    ];
    // A resource is read by the refresh, around its own change, and for each of three roles that are patched.
    assert_no_needless_request(&gateway, &changed, 6);
    assert_held(emulator, &wanted(emulator, "two"));
    assert_eq!(fifty_at_a_time(&terraform, "plan").code, 0, "the second plan is not empty");
    take_requests(&gateway);

    fifty_at_a_time(&terraform, "destroy").ok();
    let destroyed = [
        ("DELETE", "/api/connections/", CONNECTIONS + 3 * RESOURCES),
        ("DELETE", "/api/resources/", RESOURCES),
        ("DELETE", "/api/plugins/", CONNECTIONS + 20),
    ];
    // A role is looked at once more before it goes: it may be another resource's by now.
    assert_no_needless_request(&gateway, &destroyed, 2);
    assert_held(emulator, &BTreeMap::new());
}
