//! What the official provider left behind: its state and its configurations mean the same here.

use serde_json::{Value as Json, json};

use super::shown;
use crate::emulator::Emulator;
use crate::terraform::{Terraform, control};

/// Written by the official provider, with the ids of another gateway.
const STATE: &str = include_str!("../data/official-provider-state.json");

const CONFIGURATION: &str = r#"
resource "hoop_connection" "pg" {
  name     = "tf-pg"
  type     = "database"
  subtype  = "postgres"
  agent_id = "AGENT"
  secrets = {
    "envvar:HOST" = "db"
    "envvar:PORT" = "5432"
    "envvar:USER" = "u"
    "envvar:PASS" = "p"
    "envvar:DB"   = "x"
  }
  access_mode_runbooks = "enabled"
  access_mode_exec     = "enabled"
  access_mode_connect  = "enabled"
  access_schema        = "enabled"
  tags = {
    env = "dev"
  }
}
"#;

/// The connection as the official provider created it.
fn created(emulator: &Emulator) -> Json {
    let body = json!({
        "name": "tf-pg", "type": "database", "subtype": "postgres", "agent_id": emulator.agent_id(), "command": null,
        "secret": { "envvar:HOST": "ZGI=", "envvar:PORT": "NTQzMg==", "envvar:USER": "dQ==", "envvar:PASS": "cA==",
            "envvar:DB": "eA==" },
        "access_mode_runbooks": "enabled", "access_mode_exec": "enabled", "access_mode_connect": "enabled",
        "access_schema": "enabled", "connection_tags": { "env": "dev" }, "reviewers": [], "redact_types": [],
    });
    let (status, answer) = emulator.call("POST", "/api/connections", body);
    assert_eq!(status, 201, "{answer}");
    answer
}

#[test]
fn a_state_of_the_official_provider_plans_empty() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let (id, agent) = (created(emulator)["id"].clone(), emulator.agent_id());
    let mut state: Json = serde_json::from_str(STATE).expect("the state is JSON");
    let attributes = &mut state["resources"][0]["instances"][0]["attributes"];
    attributes["id"] = id;
    attributes["agent_id"] = json!(agent);

    let terraform = Terraform::new(&gateway);
    terraform.set_state(&state);
    terraform.write(&CONFIGURATION.replace("AGENT", &agent));
    let plan = terraform.plan().ok();
    assert!(plan.outcome.code == 0 && plan.changes.is_empty(), "{plan:#?}");

    // The first change afterwards is as small as any other.
    let before = shown(emulator, "tf-pg");
    terraform.write(&CONFIGURATION.replace("AGENT", &agent).replace("\"dev\"", "\"prod\""));
    let plan = terraform.plan().ok();
    let change = plan.only_change();
    assert!(change.is(&["update"]) && change.changed().iter().eq(["tags"]), "{change:#?}");
    terraform.apply_saved().ok();
    let mut after = shown(emulator, "tf-pg");
    assert_eq!(after["connection_tags"], json!({ "env": "prod" }));
    after["connection_tags"] = before["connection_tags"].clone();
    assert_eq!(after, before);
    terraform.second_plan_is_empty();
}
