//! RPC sessions: the real binary, started and asked as Terraform does it, without Terraform. `host` plays the other
//! side and holds every answer to core's rules; the tests here add what the provider promises beyond them.

mod credentials;
mod faults;
mod logs;
mod methods;
mod process;
mod schema;
mod schema_rules;
mod table;

use serde_json::{Value as Json, json};

use crate::emulator::Emulator;
use crate::host::Session;

/// Types whose routes the emulator does not have yet, with one of those: what needs a gateway is not tested for them.
const NOT_EMULATED: &[(&str, &str)] = &[
    ("hoop_datamasking_rules", "/api/datamasking-rules"),
    ("hoop_runbook_configuration", "/api/runbooks/configurations"),
    ("hoop_runbook_rule", "/api/runbooks/rules"),
    ("hoop_user", "/api/users"),
];

/// The resource types that the emulator can act out.
fn emulated_types(session: &Session) -> Vec<String> {
    let mut types = session.resource_types();
    types.retain(|name| NOT_EMULATED.iter().all(|(missing, _)| missing != name));
    types
}

#[test]
fn only_types_that_are_not_emulated_are_left_out() {
    let emulator = Emulator::start();
    for (name, route) in NOT_EMULATED {
        let (status, _) = emulator.call("GET", route, Json::Null);
        assert_eq!(status, 404, "the emulator has {route} now: take {name} off the list");
    }
}

/// The least configuration of each resource type, for an object of this name; what it needs is made. A new type needs
/// a line here; everything that is told from the schema then tests it.
fn minimal(emulator: &Emulator, type_name: &str, name: &str) -> Json {
    match type_name {
        "hoop_agent" => json!({"name": name}),
        "hoop_connection" => json!({"name": name, "type": "custom", "agent_id": emulator.agent_id()}),
        "hoop_plugin_connection" => {
            json!({"plugin_name": plugin(emulator, name), "connection_id": connection(emulator, name)})
        }
        // One of its two secrets is needed; the schema cannot say so.
        "hoop_plugin_config" => json!({"plugin_name": plugin(emulator, name), "config": {"KEY": "value"}}),
        other => panic!("add a minimal configuration of {other} to tests/it/rpc/mod.rs"),
    }
}

/// An enabled plugin.
fn plugin(emulator: &Emulator, name: &str) -> String {
    // One that is there already is refused, which is as well.
    emulator.call("POST", "/api/plugins", json!({"name": name, "connections": []}));
    name.to_owned()
}

/// The id of a connection of this name.
fn connection(emulator: &Emulator, name: &str) -> Json {
    let mut body = json!({"name": name, "type": "custom", "agent_id": emulator.agent_id(), "command": ["bash"]});
    for mode in ["access_mode_runbooks", "access_mode_exec", "access_mode_connect", "access_schema"] {
        body[mode] = json!("disabled");
    }
    emulator.call("POST", "/api/connections", body);
    let (status, found) = emulator.call("GET", &format!("/api/connections/{name}"), Json::Null);
    assert_eq!(status, 200, "{found}");
    found["id"].clone()
}
