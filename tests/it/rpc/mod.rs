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

/// The least configuration of each resource type. A new type needs a line here; everything that is generated from the
/// schema then tests it.
fn minimal(emulator: &Emulator, type_name: &str, name: &str) -> Json {
    match type_name {
        "hoop_agent" => json!({"name": name}),
        "hoop_connection" => {
            json!({"name": name, "type": "database", "subtype": "postgres", "agent_id": emulator.agent_id()})
        }
        other => panic!("add a minimal configuration of {other} to tests/it/rpc/mod.rs"),
    }
}
