//! Runs of runbooks: their ends, their output without secrets, and how long they are waited for.

use serde_json::{Value as Json, json};

use super::with;
use crate::emulator::{Emulator, Role, Script};
use crate::host::{Invoked, Session, settings};
use crate::subject::cases::alone;

const RUN: &str = "hoop_runbook_exec";
const REPOSITORY: &str = "git.example.com/team/runbooks";
const PASSWORD: &str = "c4nary-of-the-connection";
const SHARED: &str = "c4nary-of-the-resource";
const TOKEN: &str = "c4nary-of-the-run";

/// A gateway with a connection that has a secret.
fn gateway() -> Emulator {
    let emulator = Emulator::builder().start_here();
    emulator.connect_agent("default");
    let resource = json!({"name": "host", "type": "custom", "agent_id": emulator.agent_id(),
        "env_vars": {"envvar:SHARED": base64(SHARED)}});
    assert_eq!(emulator.call("POST", "/api/resources", resource).0, 201);
    let mut body = json!({"name": "workers", "resource_name": "host", "type": "custom", "agent_id": emulator.agent_id(), "command": ["bash"],
        "secret": {"envvar:PASSWORD": base64(PASSWORD)}});
    for mode in ["access_mode_runbooks", "access_mode_exec", "access_mode_connect", "access_schema"] {
        body[mode] = json!("enabled");
    }
    assert_eq!(emulator.call("POST", "/api/connections", body).0, 201);
    let entry = json!({"git_url": format!("https://{REPOSITORY}")});
    assert_eq!(emulator.call("POST", "/api/runbooks/configurations", entry).0, 201);
    emulator
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

fn config() -> Json {
    json!({"connection_name": "workers", "repository": REPOSITORY, "file_name": "a.runbook.sh"})
}

async fn run(emulator: &Emulator, script: Script, config: &Json) -> Invoked {
    emulator.add_runbook(REPOSITORY, "a.runbook.sh", script);
    let session = Session::inside(&terraform_provider_hoop::hoop::PROVIDER).await;
    assert!(session.configure(settings(emulator)).await.is_clean());
    session.invoke(RUN, config).await
}

fn printing(output: &str) -> Script {
    Script { output: output.to_owned(), ..Script::default() }
}

#[test]
fn what_is_sent_is_what_is_configured() {
    alone(async {
        let emulator = gateway();
        let mut config = with(&config(), "parameters", json!({"environment": "production"}));
        config["env_vars"] = json!({"envvar:TOKEN": TOKEN});
        config["client_args"] = json!(["-x"]);
        config["timeouts"] = json!({"invoke": "5m"});
        let invoked = run(&emulator, printing("fine"), &config).await;
        assert!(invoked.diagnostics.is_clean(), "{}", invoked.diagnostics);
        let requests = emulator.requests();
        let sent = requests.iter().find(|asked| asked.method == "POST").and_then(|asked| asked.body.clone());
        let wanted = json!({"connection_name": "workers", "repository": REPOSITORY, "file_name": "a.runbook.sh",
            "parameters": {"environment": "production"}, "env_vars": {"envvar:TOKEN": base64(TOKEN)}, "client_args": ["-x"]});
        assert_eq!(sent, Some(wanted));
    });
}

/// Neither those of this run nor those of the connection, whether the run succeeds or fails, at once or later.
#[test]
fn an_output_is_shown_without_secrets() {
    alone(async {
        let emulator = gateway();
        let config = with(&config(), "env_vars", json!({"envvar:TOKEN": TOKEN}));
        let output = format!("one {PASSWORD}\n\u{1b}[31mtwo {TOKEN} {SHARED} {}\n", base64(PASSWORD));
        for (exit_code, running) in [(0, 0), (0, 3), (3, 0), (3, 3)] {
            let script = Script { exit_code, running, ..printing(&output) };
            let Invoked { progress, diagnostics } = run(&emulator, script, &config).await;
            let said = format!("{}{diagnostics}", progress.join("\n"));
            assert!(said.contains("one (secret)\ntwo (secret) (secret) (secret)"), "{said}");
            assert!(!said.contains("c4nary") && !said.contains('\u{1b}'), "{said}");
            assert_eq!(diagnostics.has_errors(), exit_code != 0, "{diagnostics}");
            assert!(exit_code == 0 || diagnostics.say("exit code 3") && diagnostics.say("session_id"), "{diagnostics}");
        }
    });
}

#[test]
fn of_a_long_output_the_end_is_shown() {
    alone(async {
        let emulator = gateway();
        let lines: String = (0..50_000).map(|line| format!("line {line} {PASSWORD}\n")).collect();
        let Invoked { progress, diagnostics } = run(&emulator, printing(&lines), &config()).await;
        assert!(diagnostics.is_clean(), "{diagnostics}");
        let shown = progress.iter().find(|text| text.starts_with("Output:")).expect("the output");
        assert!(shown.len() < 5_000 && shown.ends_with("line 49999 (secret)") && !shown.contains("c4nary"), "{shown}");
    });
}

/// Such a key cannot read the secrets that it may contain.
#[test]
fn a_key_without_rights_is_shown_no_output() {
    alone(async {
        let emulator = gateway();
        emulator.add_runbook(REPOSITORY, "a.runbook.sh", printing(PASSWORD));
        let session = Session::inside(&terraform_provider_hoop::hoop::PROVIDER).await;
        let mut settings = settings(&emulator);
        settings["api_key"] = json!(emulator.add_api_key("runner", Role::Standard));
        assert!(session.configure(settings).await.is_clean());
        let Invoked { progress, diagnostics } = session.invoke(RUN, &config()).await;
        assert!(diagnostics.is_clean() && progress.len() == 2, "{diagnostics}{progress:?}");
        assert!(progress[0].contains("not shown") && !progress[0].contains("c4nary"), "{progress:?}");
    });
}

/// Neither can anybody where they are masked.
#[test]
fn of_masked_secrets_no_output_is_shown() {
    alone(async {
        let emulator = gateway();
        emulator.set_masked_secrets(true);
        let Invoked { progress, diagnostics } = run(&emulator, printing(PASSWORD), &config()).await;
        assert!(diagnostics.is_clean() && progress[0].contains("not shown"), "{diagnostics}{progress:?}");
    });
}

#[test]
fn a_run_that_takes_too_long_is_left_running() {
    alone(async {
        let emulator = gateway();
        let config = with(&config(), "timeouts", json!({"invoke": "45s"}));
        let script = Script { running: u32::MAX, ..Script::default() };
        let Invoked { progress, diagnostics } = run(&emulator, script, &config).await;
        for words in ["has not ended after", "may still be running", "session_id"] {
            assert!(diagnostics.errors().count() == 1 && diagnostics.say(words), "{words}: {diagnostics}");
        }
        assert!(progress.iter().all(|text| text.starts_with("Waiting for")) && progress.len() >= 3, "{progress:?}");
        assert_eq!(emulator.sessions(), 1);
    });
}

#[test]
fn a_run_that_needs_a_review_was_not_run() {
    alone(async {
        let emulator = gateway();
        let script = Script { review: Some("https://hoop.example.com/sessions/1".to_owned()), ..Script::default() };
        let Invoked { diagnostics, .. } = run(&emulator, script, &config()).await;
        assert!(diagnostics.say("requires a review: https://hoop.example.com/sessions/1"), "{diagnostics}");
    });
}
