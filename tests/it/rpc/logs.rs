//! What the provider says on stderr and in diagnostics: lines that the host can read, and never a secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use super::minimal;
use crate::emulator::{Emulator, Fault};
use crate::host::{Object, Session};

/// Stands for a secret: it may not be seen, plain or in base64.
const CANARY: &str = "c4nary-in-a-c0al-mine";

fn shows(text: &str, secret: &str) -> bool {
    text.contains(secret) || text.contains(&STANDARD.encode(secret)) || text.contains(&secret.to_uppercase())
}

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

/// Everything that a secret passes through, failures included.
async fn a_secret_life(session: &Session, emulator: &Emulator) {
    let settings = json!({"api_url": emulator.api_url(), "api_key": emulator.api_key(), "max_retries": 1});
    assert!(session.configure(settings).await.is_clean());
    let mut config = minimal(emulator, "hoop_connection", "canary");
    config["secrets"] = json!({"envvar:PASS": CANARY, "filesystem:KEY": format!("{CANARY}\n")});
    let object = session.create("hoop_connection", &config).await;
    config["secrets"] = json!(null);
    config["secrets_wo"] = json!({"envvar:PASS": format!("{CANARY}-2")});
    config["secrets_wo_version"] = json!(1);
    let object = session.converge(&object, &config).await;

    config["secrets_wo"] = json!({"wrong key": CANARY});
    assert!(session.validate("hoop_connection", &config).await.has_errors());
    config["secrets_wo"] = json!({"envvar:PASS": format!("{CANARY}-3")});
    config["secrets_wo_version"] = json!(2);
    for fault in [
        Fault::answer(422).body(&json!({"message": format!("bad secret {}", STANDARD.encode(CANARY))}).to_string()),
        Fault::html(200),
        Fault::truncated(),
        Fault::answer(500).body(&json!({"message": "no (SQLSTATE 22P02)"}).to_string()),
    ] {
        emulator.fault(fault.on("PATCH", "/api/connections"));
        let planned = session.plan(&object, &config).await;
        session.apply(&object, &planned).await;
        emulator.clear_faults();
    }
    let planned = session.plan(&Object::absent("hoop_connection"), &config).await;
    let taken = session.apply(&Object::absent("hoop_connection"), &planned).await;
    assert!(taken.diagnostics.has_errors() && taken.object.state.is_null());
    session.import("hoop_connection", "canary").await.expect("an object");
    let (state, found) = session.read_data("hoop_connection", &json!({"name": "canary"})).await;
    assert!(found.is_clean() && !shows(&state.to_string(), CANARY), "a data source shows no secret");
    assert!(session.destroy(&object).await.diagnostics.is_clean());
}

#[tokio::test]
async fn no_log_and_no_diagnostic_shows_a_secret() {
    for variable in ["TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_PROVIDER_HOOP"] {
        let emulator = Emulator::start();
        let session = Session::start_with(|launch| launch.env(variable, "TRACE")).await;
        a_secret_life(&session, &emulator).await;
        let (said, key) = (session.said(), emulator.api_key());
        let ended = session.shutdown().await;
        assert!(ended.stderr.lines().count() > 20, "{variable} asks for more than {:?}", ended.stderr);
        for line in ended.stderr.lines() {
            assert!(is_hclog(line), "{line}");
            assert!(!shows(line, CANARY) && !shows(line, &key), "{line}");
        }
        assert!(!said.is_empty() && !shows(&said, &key), "{said}");
        // What the gateway itself says is passed on; what we know is not.
        assert!(!said.contains(CANARY), "{said}");
    }
}

#[tokio::test]
async fn nothing_is_logged_unless_it_is_asked_for() {
    let emulator = Emulator::start();
    for level in ["", "OFF", "off"] {
        let session = Session::start_with(|launch| launch.env("TF_LOG", level)).await;
        a_secret_life(&session, &emulator).await;
        assert_eq!(session.shutdown().await.stderr, "");
    }
}
