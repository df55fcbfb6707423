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

/// A gateway that can do what every resource type needs.
fn gateway() -> Emulator {
    Emulator::builder().masking(true).start()
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
        "hoop_datamasking_rules" | "hoop_plugin" => json!({"name": name}),
        "hoop_resource" => json!({"name": name, "type": "custom"}),
        "hoop_runbook_configuration" => json!({"git_url": format!("https://git.example.com/team/{name}.git")}),
        "hoop_runbook_rule" => json!({"name": name, "connections": [], "user_groups": [], "runbooks": []}),
        "hoop_user" => json!({"email": format!("{name}@example.com"), "status": "active"}),
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
