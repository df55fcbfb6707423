//! Whole lives of objects, driven by the real Terraform against a gateway: create, empty second plan, change, drift,
//! import, destroy. What one run of Terraform can do for many objects is done in one run.

mod actions;
mod anywhere;
mod attributes;
mod drop_in;
mod ephemeral;
mod examples;
mod export;
mod export_arguments;
mod failures;
mod functions;
mod guides;
mod identities;
mod identity_blocks;
mod in_the_way;
mod integrations;
#[cfg(target_os = "linux")]
mod interruption;
mod keys;
mod links;
mod modules;
mod nulls;
mod numbers;
mod official;
mod old_gateway;
mod one;
mod organization;
mod outside;
mod people;
mod plugins;
mod refusals;
mod roles;
mod rules;
mod secrets;
mod settings;
mod subtypes;
mod twins;

use serde_json::{Value as Json, json};

use crate::emulator::Emulator;
use crate::terraform::{Config, Gateway, reference};

/// A connection with what is required and no more; its agent is the one of `with_agent`.
fn minimal(name: &str) -> Json {
    json!({ "name": name, "type": "custom", "agent_id": reference("hoop_agent.it.id") })
}

/// The beginning of every configuration of connections: an agent for them.
fn with_agent(gateway: &Gateway) -> Config {
    let mut config = Config::default();
    config.set("hoop_agent", "it", json!({ "name": format!("{}agent", gateway.prefix) }));
    config
}

/// Adds a connection.
fn connection(config: &mut Config, label: &str, attributes: Json) {
    config.set("hoop_connection", label, attributes);
}

fn address(label: &str) -> String {
    format!("hoop_connection.{label}")
}

/// A connection as the gateway shows it.
#[track_caller]
fn shown(emulator: &Emulator, name: &str) -> Json {
    let (status, body) = emulator.call("GET", &format!("/api/connections/{name}"), Json::Null);
    assert_eq!(status, 200, "{name}: {body}");
    body
}

/// Changes a connection behind Terraform's back, by PUT of the whole object since PATCH does not know every field.
#[track_caller]
fn change_outside(emulator: &Emulator, name: &str, field: &str, value: &Json) {
    let mut body = shown(emulator, name);
    body[field] = value.clone();
    let (status, answer) = emulator.call("PUT", &format!("/api/connections/{name}"), body);
    assert_eq!(status, 200, "{name}.{field}: {answer}");
}

/// The field of the gateway's JSON that holds an attribute.
fn field(attribute: &str) -> &str {
    match attribute {
        "secrets" => "secret",
        "tags" => "connection_tags",
        attribute => attribute,
    }
}

fn names(emulator: &Emulator, collection: &str) -> Vec<String> {
    let (status, list) = emulator.call("GET", &format!("/api/{collection}"), Json::Null);
    assert_eq!(status, 200, "{list}");
    let names = list.as_array().expect("a plain list").iter().map(|item| item["name"].as_str().expect("a name"));
    names.map(str::to_owned).collect()
}

/// Nothing is left but what the gateway had at the start; the resources behind connections stay, by its own rule.
#[track_caller]
fn assert_left_as_it_was(emulator: &Emulator) {
    assert_eq!(names(emulator, "connections"), Vec::<String>::new());
    assert_eq!(names(emulator, "agents"), ["default"]);
}
