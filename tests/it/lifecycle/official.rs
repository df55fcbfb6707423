//! What the official provider left behind: its state and its configurations mean the same here.

use serde_json::{Value as Json, json};

use super::shown;
use crate::emulator::Emulator;
use crate::terraform::{Feature, Terraform, control};

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
    let Some(()) = Feature::MOVES.supported() else { return };
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

/// What the official provider leaves null, and an empty value of its type.
const EMPTY: &str = "
  reviewers              = []
  redact_types           = []
  guardrail_rules        = []
  jira_issue_template_id = \"\"
  command                = []
  attributes             = []
";

/// Terraform lets a plan keep a prior value beside a configured one only if neither is null.
#[test]
fn empty_values_in_the_configuration_are_no_change_after_a_move_or_an_import() {
    let Some(()) = Feature::MOVES.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let (id, agent) = (created(emulator)["id"].clone(), emulator.agent_id());
    let mut state: Json = serde_json::from_str(STATE).expect("the state is JSON");
    let attributes = &mut state["resources"][0]["instances"][0]["attributes"];
    (attributes["id"], attributes["agent_id"]) = (id, json!(agent));
    for name in ["reviewers", "redact_types"] {
        attributes[name] = Json::Null;
    }
    // Without a refresh Terraform itself takes another attribute that is sensitive for a change, whatever is planned.
    let marks = state["resources"][0]["instances"][0]["sensitive_attributes"].as_array_mut().expect("paths");
    marks.push(json!([{ "type": "get_attr", "value": "secrets_wo" }]));
    let absent = CONFIGURATION.replace("AGENT", &agent);
    let empty = absent.replace("  tags = {", &format!("{EMPTY}  tags = {{"));
    let block = "import {\n  to = hoop_connection.pg\n  id = \"tf-pg\"\n}\n";
    for config in [&absent, &empty] {
        let moved = Terraform::new(&gateway);
        moved.set_state(&state);
        moved.write(config);
        for refresh in ["-refresh=true", "-refresh=false"] {
            let plan = moved.run(&["plan", "-json", "-input=false", "-lock=false", "-detailed-exitcode", refresh]);
            assert_eq!(plan.code, 0, "{refresh}: {plan:#?}");
        }
        let commanded = Terraform::new(&gateway);
        commanded.write(config);
        commanded.import("hoop_connection.pg", "tf-pg").ok();
        commanded.second_plan_is_empty();
        let blocked = Terraform::new(&gateway);
        blocked.write(&format!("{config}{block}"));
        let plan = blocked.plan().ok();
        assert!(plan.changes.iter().all(|change| change.importing && change.is(&["no-op"])), "{plan:#?}");
    }
}
