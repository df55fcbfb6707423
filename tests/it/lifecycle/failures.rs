//! A gateway that fails in the middle of an apply. Whatever happened, the state holds what exists, and the next apply
//! ends the work.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::{address, connection, minimal, shown, with_agent};
use crate::emulator::{Emulator, Fault};
use crate::terraform::{Config, Gateway, Terraform, control};

const LABELS: [&str; 4] = ["a", "b", "c", "d"];

/// Connections that are created one after the other.
fn chain(gateway: &Gateway) -> (Terraform, Config) {
    let terraform = Terraform::new(gateway);
    let mut config = with_agent(gateway);
    for (index, label) in LABELS.iter().enumerate() {
        let mut attributes = minimal(&format!("tf-{label}"));
        if let Some(before) = index.checked_sub(1) {
            attributes["depends_on"] = json!([address(LABELS[before])]);
        }
        connection(&mut config, label, attributes);
    }
    terraform.configure(&config);
    (terraform, config)
}

fn addresses(terraform: &Terraform) -> Vec<String> {
    terraform.state().into_iter().map(|(address, _)| address).filter(|it| it.starts_with("hoop_connection")).collect()
}

#[track_caller]
fn wait_for(what: &str, mut reached: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !reached() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what} did not happen");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_gateway_that_goes_down_in_the_middle_of_an_apply() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let (terraform, _) = chain(&gateway);
    // The third create is on its way when the gateway dies.
    emulator.fault(Fault::hang().on("POST", "/api/connections").skip(2));
    let posts = || emulator.requests().iter().filter(|it| it.method == "POST" && it.path == "/api/connections").count();
    let outcome = thread::scope(|scope| {
        let applying = scope.spawn(|| terraform.apply());
        wait_for("the third create", || posts() == 3);
        emulator.stop();
        applying.join().expect("the apply ends")
    });
    let error = outcome.one_error();
    assert!(error.address.as_deref() == Some("hoop_connection.c") && error.says("terraform import"), "{error:#?}");
    emulator.restart();
    assert_eq!(addresses(&terraform), ["hoop_connection.a", "hoop_connection.b"]);
    let plan = terraform.plan().ok();
    let planned: Vec<_> = plan.changes.iter().map(|change| change.address.as_str()).collect();
    assert!(planned == ["hoop_connection.c", "hoop_connection.d"], "{planned:?}");
    terraform.apply_saved().ok();
    terraform.second_plan_is_empty();
}

#[test]
fn lost_answers_make_neither_strangers_nor_duplicates() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let (terraform, mut config) = chain(&gateway);
    emulator.fault(Fault::lost_answer().on("POST", "/api/connections").times(2));
    emulator.fault(Fault::reset().on("POST", "/api/connections"));
    emulator.fault(Fault::answer(503).on("POST", "/api/connections"));
    let outcome = terraform.apply().ok();
    assert_eq!(outcome.warnings().count(), 0, "{outcome:#?}");
    terraform.second_plan_is_empty();

    for label in LABELS {
        config.get("hoop_connection", label).insert("tags".to_owned(), json!({ "a": "b" }));
    }
    terraform.configure(&config);
    emulator.fault(Fault::lost_answer().on("PATCH", "/api/connections"));
    emulator.fault(Fault::answer(502).on("PATCH", "/api/connections"));
    emulator.fault(Fault::truncated().on("GET", "/api/connections/tf-d"));
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    for label in LABELS {
        assert_eq!(shown(emulator, &format!("tf-{label}"))["connection_tags"], json!({ "a": "b" }), "{label}");
    }
}

#[test]
fn a_create_that_cannot_be_read_back_is_kept_with_a_warning() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let (terraform, mut config) = chain(&gateway);
    // What the gateway's answer does not show, a read must.
    config.get("hoop_connection", "b").insert("attributes".to_owned(), json!(["pci"]));
    terraform.configure(&config);
    emulator.fault(Fault::answer(400).on("GET", "/api/connections/tf-b").times(1));
    let outcome = terraform.apply().ok();
    let warnings: Vec<_> = outcome.warnings().collect();
    assert!(warnings.len() == 1 && warnings[0].says("written but not read back"), "{warnings:#?}");
    assert_eq!(addresses(&terraform).len(), LABELS.len());
    // The next refresh learns what was not known; nothing is to be done about it.
    let plan = terraform.plan().ok();
    assert!(plan.changes.is_empty(), "{:#?}", plan.changes);
    terraform.apply_saved().ok();
    terraform.second_plan_is_empty();
    assert_eq!(terraform.object("hoop_connection.b")["id"], shown(emulator, "tf-b")["id"]);
}

#[test]
fn a_refused_update_changes_neither_state_nor_gateway() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let (terraform, mut config) = chain(&gateway);
    terraform.apply().ok();
    let before = (terraform.object("hoop_connection.a"), shown(emulator, "tf-a"));
    config.get("hoop_connection", "a").insert("tags".to_owned(), json!({ "a": "b" }));
    terraform.configure(&config);
    let words = json!({ "message": "connection_tags are closed today" }).to_string();
    emulator.fault(Fault::answer(422).on("PATCH", "/api/connections/tf-a").body(&words));
    let outcome = terraform.apply();
    let error = outcome.one_error();
    assert!(error.says("connection_tags are closed today"), "{error:#?}");
    assert!(error.code.as_deref().is_some_and(|code| code.contains("tags")), "not on the attribute: {error:#?}");
    assert_eq!((terraform.object("hoop_connection.a"), shown(emulator, "tf-a")), before);
    terraform.apply().ok();
    terraform.second_plan_is_empty();
}

#[test]
fn a_destroy_that_fails_keeps_the_object_in_the_state() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let (terraform, _) = chain(&gateway);
    terraform.apply().ok();
    let words = json!({ "message": "failed removing connection (SQLSTATE 23503)" }).to_string();
    emulator.fault(Fault::answer(500).on("DELETE", "/api/connections/tf-b").body(&words));
    let outcome = terraform.destroy();
    assert!(outcome.one_error().says("failed removing connection"), "{outcome:#?}");
    assert_eq!(addresses(&terraform), ["hoop_connection.a", "hoop_connection.b"]);
    terraform.destroy().ok();
    assert_eq!(terraform.state(), Vec::<(String, Json)>::new());
}
