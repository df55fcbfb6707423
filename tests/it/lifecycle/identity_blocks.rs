//! Import blocks with an identity, which Terraform knows since 1.12.

use serde_json::json;

use crate::emulator::Emulator;
use crate::terraform::{Gateway, Host, Terraform, control, reference};

use super::{connection, with_agent};

/// An object with one key, one that belongs to it, and one with a key of two parts.
#[test]
fn objects_are_imported_by_their_identities() {
    let (Some(gateway), Some(host)) = (control(Emulator::start), Host::terraform((1, 12))) else { return };
    imported(&gateway, host);
}

fn imported(gateway: &Gateway, host: &Host) {
    let terraform = Terraform::new(gateway).on(host);
    let mut config = with_agent(gateway);
    let name = format!("{}orders", gateway.prefix);
    connection(&mut config, "it", super::minimal(&name));
    config.set("hoop_plugin", "it", json!({"name": "slack"}));
    let link = json!({
        "plugin_name": reference("hoop_plugin.it.name"),
        "connection_id": reference("hoop_connection.it.id"),
        "config": ["C1"],
    });
    config.set("hoop_plugin_connection", "it", link);
    terraform.configure(&config);
    terraform.apply().ok();
    let id = terraform.object("hoop_connection.it")["id"].as_str().expect("an id").to_owned();
    terraform.forget();
    let block = |to: &str, keys: &[(&str, &str)]| {
        let keys: String = keys.iter().map(|(name, value)| format!("    {name} = {value:?}\n")).collect();
        format!("import {{\n  to = {to}\n  identity = {{\n{keys}  }}\n}}\n")
    };
    let agent = format!("{}agent", gateway.prefix);
    let blocks = [
        block("hoop_agent.it", &[("name", &agent)]),
        block("hoop_connection.it", &[("name", &name)]),
        block("hoop_plugin.it", &[("name", "slack")]),
        block("hoop_plugin_connection.it", &[("plugin_name", "slack"), ("connection_id", &id)]),
    ];
    terraform.file("imports.tf", &blocks.concat());
    gateway.take_writes();
    terraform.apply().ok();
    assert_eq!(gateway.take_writes(), Vec::<String>::new());
    terraform.second_plan_is_empty();
}
