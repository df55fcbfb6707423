//! The least configuration of each action, beside what it acts on. A new action needs a line here; everything that is told
//! from the tables then tests it.

use serde_json::{Value as Json, json};

use super::gateway::connection_of;
use crate::emulator::manager::ManagerEmulator;
use crate::emulator::{Emulator, Script};

/// Where the file of a run is.
pub(crate) const REPOSITORY: &str = "git.example.com/team/runbooks";
pub(crate) const FILE: &str = "a.runbook.sh";

pub(super) fn of_gateway(emulator: &Emulator, action: &str) -> Json {
    let post = |path: &str, body: Json| {
        let (status, answer) = emulator.call("POST", &format!("/api/{path}"), body);
        assert!(matches!(status, 200 | 201), "{path}: {answer}");
        answer
    };
    match action {
        "hoop_connection_test" => {
            emulator.connect_agent("default");
            let mut body = json!({"name": "acted-on", "type": "database", "agent_id": emulator.agent_id()});
            for mode in ["access_mode_runbooks", "access_mode_exec", "access_mode_connect", "access_schema"] {
                body[mode] = json!("enabled");
            }
            post("connections", body);
            json!({"connection_name": "acted-on"})
        }
        "hoop_machine_identity_rotate" => {
            connection_of(emulator, "acted-on", "aws-ssm");
            post("machineidentities", json!({"name": "robot", "connection_names": ["acted-on"]}));
            json!({"name": "robot", "connection_name": "acted-on"})
        }
        "hoop_api_key_reactivate" | "hoop_ai_agent_reactivate" => {
            let collection = if action == "hoop_api_key_reactivate" { "api-keys" } else { "ai-agents" };
            let key = post(collection, json!({"name": "revoked", "groups": []}));
            let id = key["id"].as_str().expect("an id");
            assert_eq!(emulator.call("DELETE", &format!("/api/{collection}/{id}"), Json::Null).0, 204);
            json!({ "id": id })
        }
        "hoop_credential_revoke" => {
            connection_of(emulator, "acted-on", "aws-ssm");
            let credential = post("connections/acted-on/credentials", json!({"access_duration_seconds": 3600}));
            json!({"connection_name": "acted-on", "id": credential["id"]})
        }
        "hoop_event_subscription_pause" => json!({"id": subscription(emulator, "active")}),
        "hoop_event_subscription_resume" => json!({"id": subscription(emulator, "paused")}),
        "hoop_event_replay" => {
            let of = subscription(emulator, "active");
            json!({"dispatch_id": emulator.dispatch(of.as_str().expect("an id"), "failed")})
        }
        "hoop_runbook_exec" => {
            emulator.connect_agent("default");
            connection_of(emulator, "acted-on", "");
            post("runbooks/configurations", json!({"git_url": format!("https://{REPOSITORY}")}));
            // Some of the way is its session's.
            emulator.add_runbook(REPOSITORY, FILE, Script { output: "done\n".into(), running: 2, ..Script::default() });
            json!({"connection_name": "acted-on", "repository": REPOSITORY, "file_name": FILE})
        }
        other => panic!("add a configuration of {other} to tests/it/subject/actions.rs"),
    }
}

/// The id of one with this status.
fn subscription(emulator: &Emulator, status: &str) -> Json {
    connection_of(emulator, "acted-on", "");
    let body = json!({"name": "acted-on", "event_types": ["session.closed"], "runbook_repository": REPOSITORY,
        "runbook_file": FILE, "connection_name": "acted-on", "parameter_mapping": {}, "status": status});
    let (code, made) = emulator.call("POST", "/api/event-routing/subscriptions", body);
    assert_eq!(code, 201, "{made}");
    made["id"].clone()
}

pub(super) fn of_manager(manager: &ManagerEmulator, action: &str) -> Json {
    let body = json!({
        "configName": "acted-on", "type": "POSTGRESQL", "host": "db.example.com", "port": 5432,
        "databaseName": "app", "userName": "report", "password": "not-for-logs",
    });
    let (status, made) = manager.call("POST", "/v1/management/connections", &[("X-Product-Name", "reporter")], &body);
    assert_eq!(status, 201, "{made}");
    match action {
        "lerian_reporter_connection_test" => {
            manager.with(|manager| manager.add_target(&json!({"host": "db.example.com", "port": 5432, "tables": {}})));
            json!({"connection_id": made["id"]})
        }
        "lerian_reporter_connection_assign" => {
            manager.with(|manager| manager.change_record("acted-on", &json!({"productName": null})));
            json!({"connection_id": made["id"], "product_name": "reporter"})
        }
        other => panic!("add a configuration of {other} to tests/it/subject/actions.rs"),
    }
}
