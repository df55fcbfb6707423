//! What the provider says on stderr: lines that the host can read, and only when it is asked to. That no secret is in
//! them is told by `canary`.

use serde_json::{Value as Json, json};

use super::minimal;
use crate::emulator::{Emulator, Fault, Gate};
use crate::host::{Session, settings};

/// go-plugin asserts the types of these unchecked: a number among them takes Terraform down.
pub(super) fn is_hclog(line: &str) -> bool {
    let Ok(Json::Object(entry)) = serde_json::from_str(line) else { return false };
    let text = |name: &str| entry.get(name).and_then(Json::as_str).unwrap_or_default();
    let levels = ["trace", "debug", "info", "warn", "error"];
    let time = text("@timestamp").as_bytes();
    let form = b"0000-00-00T00:00:00.000000Z";
    let fits = |(byte, form): (&u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form };
    levels.contains(&text("@level"))
        && !text("@message").is_empty()
        && !text("@module").is_empty()
        && time.len() == form.len()
        && time.iter().zip(form).all(fits)
}

#[test]
fn the_check_of_log_lines_can_fail() {
    let line = |level: Json, time: &str| {
        json!({"@level": level, "@message": "m", "@module": "m", "@timestamp": time}).to_string()
    };
    assert!(is_hclog(&line(json!("warn"), "2026-01-02T03:04:05.000006Z")));
    assert!(!is_hclog(&line(json!(3), "2026-01-02T03:04:05.000006Z")));
    assert!(!is_hclog(&line(json!("warn"), "2026-01-02T03:04:05.000Z")));
    assert!(!is_hclog("panic: x"));
}

/// Something to log: an object that is made, changed and destroyed, and requests that fail.
async fn a_life(session: &Session, emulator: &Emulator) {
    let settings = json!({"api_url": emulator.api_url(), "api_key": emulator.api_key(), "max_retries": 1});
    assert!(session.configure(settings).await.is_clean());
    let mut config = minimal(emulator, "hoop_connection", "logged");
    let object = session.create("hoop_connection", &config).await;
    config["tags"] = json!({"a": "b"});
    for fault in [Fault::answer(422), Fault::html(200), Fault::truncated()] {
        emulator.fault(fault.on("PATCH", "/api/connections"));
        let planned = session.plan(&object, &config).await;
        assert!(session.apply(&object, &planned).await.diagnostics.errors().count() <= 1);
        emulator.clear_faults();
    }
    assert!(session.destroy(&object).await.diagnostics.is_clean());
}

#[tokio::test]
async fn each_variable_asks_for_lines_that_hosts_read() {
    for variable in ["TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_PROVIDER_HOOP"] {
        let emulator = Emulator::start();
        let session = Session::start_with(|launch| launch.env(variable, "TRACE")).await;
        a_life(&session, &emulator).await;
        let ended = session.shutdown().await;
        assert!(ended.stderr.lines().count() > 10, "{variable} asks for more than {:?}", ended.stderr);
        for line in ended.stderr.lines() {
            assert!(is_hclog(line), "{line}");
        }
    }
}

/// Creates of objects whose key the system gives are sent one after another: who waits can see why.
#[tokio::test]
async fn a_write_that_waits_for_another_says_so() {
    let emulator = Emulator::start();
    let session = Session::start_with(|launch| launch.env("TF_LOG", "TRACE")).await;
    assert!(session.configure(settings(&emulator)).await.is_clean());
    let gate = Gate::default();
    emulator.fault(Fault::held(&gate).on("POST", "/api/runbooks/rules"));
    let create = async |name: &str| {
        let config = minimal(&emulator, "hoop_runbook_rule", name);
        session.create("hoop_runbook_rule", &config).await;
    };
    let second = async {
        while !gate.is_reached() {
            tokio::task::yield_now().await;
        }
        create("second").await;
    };
    let opening = async {
        while !gate.is_reached() {
            tokio::task::yield_now().await;
        }
        // The second create plans, and then each of these lets the provider get on with it until it waits.
        for _ in 0..50 {
            assert!(session.validate_provider(json!({})).await.is_clean());
        }
        gate.open();
    };
    tokio::join!(create("first"), second, opening);
    let said = session.shutdown().await.stderr;
    assert!(said.contains("waiting for another write to runbooks/rules"), "{said}");
}

#[tokio::test]
async fn nothing_is_logged_unless_it_is_asked_for() {
    let emulator = Emulator::start();
    for level in ["", "OFF", "off"] {
        let session = Session::start_with(|launch| launch.env("TF_LOG", level)).await;
        a_life(&session, &emulator).await;
        assert_eq!(session.shutdown().await.stderr, "");
    }
}
