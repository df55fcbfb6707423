//! Plugins, their connections and their credentials: whatever is not named stays, and nothing is lost between writers.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::roles::made_by_others;
use crate::emulator::Emulator;
use crate::terraform::{Feature, Gateway, Terraform, control};

const CANARY: &str = "canary-plugins-9e7d";

fn plugin(emulator: &Emulator, name: &str) -> Json {
    let (status, body) = emulator.call("GET", &format!("/api/plugins/{name}"), Json::Null);
    assert_eq!(status, 200, "{name}: {body}");
    body
}

/// The rows of a plugin: what it knows of each connection, by the connection's name.
fn rows(emulator: &Emulator, name: &str) -> BTreeMap<String, Json> {
    let plugin = plugin(emulator, name);
    let rows = plugin["connections"].as_array().cloned().unwrap_or_default();
    rows.into_iter().map(|row| (row["name"].as_str().expect("a name").to_owned(), row["config"].clone())).collect()
}

fn expected(rows: &[(&str, Json)]) -> BTreeMap<String, Json> {
    rows.iter().map(|(name, config)| ((*name).to_owned(), config.clone())).collect()
}

/// Connections of others, with their ids.
fn connections<const N: usize>(emulator: &Emulator, names: [&str; N]) -> [String; N] {
    names.map(|name| {
        let id = made_by_others(emulator, name, name)["id"].clone();
        id.as_str().expect("an id").to_owned()
    })
}

fn configure(gateway: &Gateway, terraform: &Terraform, resources: &Json) {
    terraform.file("main.tf.json", &json!({ "resource": resources }).to_string());
    gateway.take_writes();
}

#[track_caller]
fn applied(gateway: &Gateway, terraform: &Terraform, resources: &Json) -> Vec<String> {
    configure(gateway, terraform, resources);
    terraform.apply().ok();
    let writes = gateway.take_writes();
    terraform.second_plan_is_empty();
    writes
}

#[test]
fn a_new_plugin_is_enabled_and_keeps_what_is_not_named() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let terraform = Terraform::new(&gateway);
    let [a, b, c] = connections(emulator, ["tf-a", "tf-b", "tf-c"]);
    let config = |rows: &[(&str, Json)], secret: &Json| {
        let rows: Vec<_> = rows.iter().map(|(id, config)| json!({ "connection_id": id, "config": config })).collect();
        json!({ "hoop_plugin": { "it": { "name": "access_control", "connections": rows, "config": secret } } })
    };
    let secret = json!({ "KEY": CANARY });
    let writes = applied(&gateway, &terraform, &config(&[(&a, json!(["dba"]))], &secret));
    assert_eq!(writes, ["POST /api/plugins"]);
    assert_eq!(plugin(emulator, "access_control")["config"]["envvars"]["KEY"], "Y2FuYXJ5LXBsdWdpbnMtOWU3ZA==");

    // Somebody else's row stays through a change, an addition and the destroy, and is no difference.
    let path = |id: &str| format!("/api/plugins/access_control/conn/{id}");
    assert_eq!(emulator.call("PUT", &path(&c), json!({ "config": ["theirs"] })).0, 200);
    let both = [(a.as_str(), json!(["sre", "dba"])), (b.as_str(), json!(["dev"]))];
    let mut writes = applied(&gateway, &terraform, &config(&both, &secret));
    writes.sort();
    let mut wanted = [&a, &b].map(|id| format!("PUT {}", path(id)));
    wanted.sort();
    assert_eq!(writes, wanted, "each row that changes by itself");
    let theirs = ("tf-c", json!(["theirs"]));
    let wanted = [("tf-a", json!(["sre", "dba"])), ("tf-b", json!(["dev"])), theirs.clone()];
    assert_eq!(rows(emulator, "access_control"), expected(&wanted));
    // Another order of the groups and of the rows is none.
    let turned = [(b.as_str(), json!(["dev"])), (a.as_str(), json!(["dba", "sre"]))];
    assert_eq!(applied(&gateway, &terraform, &config(&turned, &secret)), Vec::<String>::new());
    assert_eq!(applied(&gateway, &terraform, &config(&both[1..], &secret)), [format!("DELETE {}", path(&a))]);
    assert_eq!(rows(emulator, "access_control"), expected(&[("tf-b", json!(["dev"])), theirs.clone()]));

    // The credentials cannot be changed here, but need not be said.
    configure(&gateway, &terraform, &config(&both[1..], &json!({ "KEY": "other" })));
    let plan = terraform.plan();
    let error = plan.outcome.one_error();
    assert!(error.says("hoop_plugin_config") && !error.says(CANARY), "{error:#?}");
    assert!(error.code.as_deref().is_some_and(|code| code.contains("\"config\"")), "{error:#?}");
    applied(&gateway, &terraform, &config(&both[1..], &Json::Null));
    assert_eq!(plugin(emulator, "access_control")["config"]["envvars"]["KEY"], "Y2FuYXJ5LXBsdWdpbnMtOWU3ZA==");

    let outcome = terraform.destroy().ok();
    assert!(outcome.warnings().any(|warning| warning.says("cannot disable a plugin")), "{outcome:#?}");
    assert_eq!(gateway.take_writes(), [format!("DELETE {}", path(&b))]);
    assert_eq!(rows(emulator, "access_control"), expected(&[theirs]));
}

#[test]
fn a_plugin_that_is_there_is_adopted_unless_that_would_change_it() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let terraform = Terraform::new(&gateway);
    let [a, b] = connections(emulator, ["tf-a", "tf-b"]);
    assert_eq!(emulator.call("PUT", &format!("/api/plugins/slack/conn/{a}"), json!({ "config": ["C1"] })).0, 200);
    let config = |config: &str| {
        json!({ "hoop_plugin": {
            "slack": { "name": "slack", "connections": [{ "connection_id": a, "config": [config] }] },
            "audit": { "name": "audit" },
        } })
    };
    configure(&gateway, &terraform, &config("C2"));
    let outcome = terraform.apply();
    assert!(outcome.one_error().says("terraform import hoop_plugin.") && outcome.one_error().says(" slack"));
    // The gateway refuses to enable a plugin again, which says that it is there.
    assert_eq!(gateway.take_writes(), ["POST /api/plugins", "POST /api/plugins"]);
    assert_eq!(applied(&gateway, &terraform, &config("C1")), ["POST /api/plugins"]);
    assert_eq!(rows(emulator, "slack")["tf-a"], json!(["C1"]));

    // One more row is an addition, which hurts nobody; so is one that says nothing, as the gateway's own do.
    for (removed, config) in [(true, json!([])), (false, json!(["C2"]))] {
        terraform.forget();
        let path = format!("/api/plugins/slack/conn/{b}");
        if removed {
            assert_eq!(emulator.call("DELETE", &path, Json::Null).0, 204);
        }
        let more = json!({ "hoop_plugin": { "slack": { "name": "slack", "connections": [
            { "connection_id": a, "config": ["C1"] }, { "connection_id": b, "config": config }] } } });
        let writes = ["POST /api/plugins".to_owned(), format!("PUT {path}")];
        assert_eq!(applied(&gateway, &terraform, &more), writes);
        assert_eq!(rows(emulator, "slack"), expected(&[("tf-a", json!(["C1"])), ("tf-b", config)]));
    }
}

#[test]
fn a_row_is_taken_over_when_it_is_empty_and_never_overwritten() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let terraform = Terraform::new(&gateway);
    let [a, b] = connections(emulator, ["tf-a", "tf-b"]);
    assert!(rows(emulator, "slack").contains_key("tf-a"), "the gateway attaches connections to slack by itself");
    let path = |id: &str| format!("/api/plugins/slack/conn/{id}");
    assert_eq!(emulator.call("PUT", &path(&b), json!({ "config": ["theirs"] })).0, 200);
    let row = |id: &str, config: Json| json!({ "plugin_name": "slack", "connection_id": id, "config": config });
    let ours = |config: Json| json!({ "hoop_plugin_connection": { "it": row(&a, config) } });

    assert_eq!(applied(&gateway, &terraform, &ours(json!(["C1", "C2"]))), [format!("PUT {}", path(&a))]);
    assert_eq!(applied(&gateway, &terraform, &ours(json!(["C2", "C1"]))), Vec::<String>::new());
    assert_eq!(emulator.call("DELETE", &path(&a), Json::Null).0, 204);
    configure(&gateway, &terraform, &ours(json!(["C1"])));
    assert!(terraform.plan().ok().only_change().is(&["create"]));
    assert_eq!(applied(&gateway, &terraform, &ours(json!(["C1"]))), [format!("PUT {}", path(&a))]);

    let bad = json!({ "hoop_plugin_connection": { "it": row(&a, json!(["C1"])), "theirs": row(&b, json!(["mine"])),
        "unknown": { "plugin_name": "nonesuch", "connection_id": a, "config": [] },
        "gone": row("00000000-0000-4000-8000-000000000001", json!(["x"])) } });
    configure(&gateway, &terraform, &bad);
    let outcome = terraform.apply();
    let about = |label: &str| {
        let address = format!("hoop_plugin_connection.{label}");
        let found = outcome.errors().find(|error| error.address.as_deref() == Some(&address));
        found.unwrap_or_else(|| panic!("no error for {label}: {outcome:#?}")).clone()
    };
    assert!(about("theirs").says(&format!("slack/{b}")) && about("theirs").says("terraform import"));
    assert!(
        about("unknown").says("nonesuch") && about("unknown").says("must be enabled (`hoop_plugin`)"),
        "{:#?}",
        about("unknown")
    );
    assert!(about("gone").says("00000000-0000-4000-8000-000000000001"), "{:#?}", about("gone"));
    assert_eq!((outcome.errors().count(), terraform.state().len()), (3, 1));
    assert_eq!(rows(emulator, "slack")["tf-b"], json!(["theirs"]));
}

#[test]
fn fifty_rows_of_one_plugin_are_written_and_read_together() {
    const FIFTY: usize = 50;
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let terraform = Terraform::new(&gateway);
    let ids: Vec<String> = (0..FIFTY).flat_map(|i| connections(emulator, [format!("tf-{i:02}").as_str()])).collect();
    let body = json!({ "name": "access_control", "connections": [] });
    assert_eq!(emulator.call("POST", "/api/plugins", body).0, 201);
    let row = |(i, id): (usize, &String)| {
        let row = json!({ "plugin_name": "access_control", "connection_id": id, "config": [format!("group-{i}")] });
        (format!("it-{i}"), row)
    };
    let all: serde_json::Map<String, Json> = ids.iter().enumerate().map(row).collect();
    configure(&gateway, &terraform, &json!({ "hoop_plugin_connection": all }));
    terraform.run(&["apply", "-json", "-input=false", "-lock=false", "-auto-approve", "-parallelism=50"]).ok();
    assert_eq!(gateway.take_writes().len(), FIFTY);
    let rows = rows(emulator, "access_control");
    for i in 0..FIFTY {
        assert_eq!(rows[&format!("tf-{i:02}")], json!([format!("group-{i}")]));
    }
    emulator.clear_requests();
    terraform.run(&["plan", "-json", "-input=false", "-lock=false", "-parallelism=50"]).ok();
    let asked = emulator.requests().iter().filter(|request| request.path == "/api/plugins/access_control").count();
    assert!((1..=3).contains(&asked), "{asked} requests for one plugin");
    terraform.second_plan_is_empty();
}

#[test]
fn credentials_are_set_rotated_and_cleared() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let terraform = Terraform::new(&gateway);
    let tokens = |token: &str| json!({ "SLACK_BOT_TOKEN": token, "SLACK_APP_TOKEN": "app" });
    let stored = |name: &str| plugin(emulator, name)["config"]["envvars"].clone();
    let config = |token: &str, version: u8| {
        json!({ "hoop_plugin_config": {
            "audit": { "plugin_name": "audit", "config": { "KEY": token } },
            "slack": { "plugin_name": "slack", "config_wo": tokens(CANARY), "config_wo_version": version },
        } })
    };
    let put = |name: &str| format!("PUT /api/plugins/{name}/config");
    let mut writes = applied(&gateway, &terraform, &config("one", 1));
    writes.sort();
    assert_eq!(writes, [put("audit"), put("slack")]);
    assert_eq!(stored("slack")["SLACK_BOT_TOKEN"], "Y2FuYXJ5LXBsdWdpbnMtOWU3ZA==");
    assert!(!terraform.state_text().contains(CANARY));
    assert_eq!(applied(&gateway, &terraform, &config("two", 1)), [put("audit")]);
    assert_eq!(stored("audit"), json!({ "KEY": "dHdv" }));
    assert_eq!(applied(&gateway, &terraform, &config("two", 2)), [put("slack")]);

    // Cleared outside, it is gone and made again.
    assert_eq!(emulator.call("PUT", "/api/plugins/audit/config", json!({})).0, 200);
    assert_eq!(applied(&gateway, &terraform, &config("two", 2)), [put("audit")]);

    let outcome = terraform.destroy().ok();
    let left: Vec<_> = outcome.warnings().collect();
    assert!(left.len() == 1 && left[0].says("\"slack\" was not deleted"), "{left:#?}");
    assert!(stored("audit").is_null() && !stored("slack").is_null());
    assert!(!outcome.text().contains(CANARY));
}

#[test]
fn mistakes_of_plugins_are_found_by_validate() {
    let terraform = Terraform::offline();
    let id = "00000000-0000-4000-8000-000000000001";
    let row = |plugin: &str, id: &str| json!({ "plugin_name": plugin, "connection_id": id, "config": [] });
    let long = "x".repeat(75_001);
    for (kind, attributes, says) in [
        ("hoop_plugin", json!({ "name": "review", "connections": [{ "connection_id": id }] }), "reviewers"),
        ("hoop_plugin", json!({ "name": "dlp", "connections": [] }), "redact_types"),
        ("hoop_plugin", json!({ "name": "" }), "1 to 128"),
        (
            "hoop_plugin",
            json!({ "name": "x", "connections": [
                { "connection_id": id, "config": ["a"] }, { "connection_id": id, "config": ["b"] }] }),
            "Merge them into one",
        ),
        ("hoop_plugin", json!({ "name": "x", "config": { "K": long } }), "75000"),
        ("hoop_plugin_connection", row("review", id), "reviewers"),
        ("hoop_plugin_connection", row("slack", "tf-orders"), "UUID"),
        ("hoop_plugin_config", json!({ "plugin_name": "audit", "config": {} }), "empty"),
        ("hoop_plugin_config", json!({ "plugin_name": "audit", "config": { "K": "" } }), "75000"),
        ("hoop_plugin_config", json!({ "plugin_name": "audit", "config": { "K": long } }), "75000"),
    ] {
        terraform.file("main.tf.json", &json!({ "resource": { kind: { "it": attributes } } }).to_string());
        let outcome = terraform.validate();
        assert!(outcome.one_error().says(says), "{says}: {outcome:#?}");
    }
}
