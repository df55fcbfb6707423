//! `hoop_connection_credentials` in detail: renewed while a run lasts, revoked when that is asked for, and what is said
//! when either fails.

use std::time::{Duration, SystemTime};

use serde_json::{Value as Json, json};

use crate::emulator::{Emulator, Fault};
use crate::host::{Session, settings};
use crate::subject::cases::alone;
use crate::subject::gateway::connection_of;

const NAME: &str = "hoop_connection_credentials";

/// A gateway with a connection `opened`, and a session with it.
async fn gateway(subtype: &str) -> (Emulator, Session) {
    let emulator = Emulator::builder().start_here();
    connection_of(&emulator, "opened", subtype);
    let session = Session::inside(&terraform_provider_hoop::hoop::PROVIDER).await;
    assert!(session.configure(settings(&emulator)).await.is_clean());
    (emulator, session)
}

fn config(revoke_on_close: bool) -> Json {
    json!({"connection_name": "opened", "access_duration_seconds": 900, "revoke_on_close": revoke_on_close})
}

/// The credentials that are active, of the key of the tests.
fn active(emulator: &Emulator) -> Vec<Json> {
    let items = emulator.call_as_key("GET", "/api/connection-credentials", Json::Null).1["items"].clone();
    items.as_array().expect("a list").clone()
}

#[test]
fn a_renewal_extends_the_same_credential() {
    alone(async {
        let (emulator, session) = gateway("postgres").await;
        let opened = session.open(NAME, &config(true)).await;
        let left = opened.renew_at.expect("it is renewed").duration_since(SystemTime::now()).expect("later");
        assert!((Duration::from_secs(580)..Duration::from_secs(601)).contains(&left), "two thirds of 900 s: {left:?}");
        let before = active(&emulator);
        let renewed = session.renew(NAME, &opened.private).await;
        assert!(renewed.diagnostics.is_clean() && renewed.renew_at > opened.renew_at, "{}", renewed.diagnostics);
        let after = active(&emulator);
        assert_eq!((before.len(), after.len(), &before[0]["id"]), (1, 1, &after[0]["id"]));
        assert!(before[0]["expire_at"].as_str() < after[0]["expire_at"].as_str());
        let renewed = session.renew(NAME, &renewed.private).await;
        assert!(renewed.diagnostics.is_clean(), "{}", renewed.diagnostics);
        // Core passes the private bytes of the open.
        assert!(session.close(NAME, &opened.private).await.is_clean());
        assert_eq!(active(&emulator), Vec::<Json>::new());
    });
}

#[test]
fn nothing_is_revoked_unless_that_is_asked_for() {
    alone(async {
        let (emulator, session) = gateway("ssh").await;
        for wanted in [config(false), json!({"connection_name": "opened", "access_duration_seconds": 900})] {
            let opened = session.open(NAME, &wanted).await;
            let again = session.open(NAME, &wanted).await;
            assert_eq!(opened.result["password"], again.result["password"], "everybody has the same");
            emulator.clear_requests();
            assert!(session.close(NAME, &opened.private).await.is_clean());
            assert_eq!((emulator.requests(), active(&emulator).len()), (Vec::new(), 1));
        }
    });
}

/// Two ephemeral resources have the same credential, and one of them asks for its end.
#[test]
fn each_close_goes_by_its_own_configuration() {
    alone(async {
        let (emulator, session) = gateway("postgres").await;
        let (closes, keeps) = (session.open(NAME, &config(true)).await, session.open(NAME, &config(false)).await);
        assert_eq!(closes.result["id"], keeps.result["id"]);
        session.renew(NAME, &keeps.private).await;
        assert!(session.close(NAME, &keeps.private).await.is_clean());
        assert_eq!(active(&emulator).len(), 1);
        session.open(NAME, &config(false)).await;
        assert!(session.close(NAME, &closes.private).await.is_clean());
        assert_eq!(active(&emulator), Vec::<Json>::new());
    });
}

#[test]
fn a_credential_that_somebody_revoked_is_not_renewed() {
    alone(async {
        let (emulator, session) = gateway("rdp").await;
        let opened = session.open(NAME, &config(true)).await;
        let path =
            format!("/api/connections/opened/credentials/{}/revoke", opened.result["id"].as_str().expect("an id"));
        assert_eq!(emulator.call("POST", &path, Json::Null).0, 204);
        let renewed = session.renew(NAME, &opened.private).await;
        assert!(renewed.diagnostics.say("issued others in place of them"), "{}", renewed.diagnostics);
        assert!(renewed.renew_at.is_none());
        // What is revoked already is closed.
        assert!(session.close(NAME, &opened.private).await.is_clean());
    });
}

#[test]
fn a_renewal_that_fails_says_until_when_the_values_are_valid() {
    alone(async {
        let (emulator, session) = gateway("postgres").await;
        let opened = session.open(NAME, &config(true)).await;
        let end = opened.result["expire_at"].as_str().expect("an end");
        for status in [500, 403, 404] {
            emulator.clear_faults();
            emulator.fault(Fault::answer(status).on("POST", "/api/connections/opened/credentials").forever());
            let renewed = session.renew(NAME, &opened.private).await;
            assert!(renewed.diagnostics.has_errors(), "{status}");
            assert!(renewed.diagnostics.say(&format!("valid until {end}")), "{status}: {}", renewed.diagnostics);
        }
    });
}

#[test]
fn a_close_that_fails_is_a_warning_that_says_what_is_still_valid_and_until_when() {
    alone(async {
        let (emulator, session) = gateway("postgres").await;
        let path = "/api/connections/opened/credentials";
        for (fault, is_clean) in [
            (Fault::lost_answer(), true),
            (Fault::answer(404), true),
            (Fault::answer(500).forever(), false),
            (Fault::answer(403), false),
            (Fault::lost_answer().forever(), false),
            (Fault::html(502).forever(), false),
            (Fault::text(404, "404 page not found"), false),
        ] {
            emulator.clear_faults();
            let opened = session.open(NAME, &config(true)).await;
            session.renew(NAME, &opened.private).await;
            let end = active(&emulator)[0]["expire_at"].as_str().expect("an end").to_owned();
            emulator.fault(fault.on("POST", path));
            let closed = session.close(NAME, &opened.private).await;
            assert!(!closed.has_errors() && closed.is_clean() == is_clean, "{closed}");
            let words = format!("The values that were opened are still valid until {end}");
            assert!(
                is_clean || (closed.say("Could not close the connection credentials") && closed.say(&words)),
                "{closed}"
            );
        }
    });
}

/// An interruption is when credentials would be left behind.
#[test]
fn a_close_after_an_interruption_revokes_too() {
    alone(async {
        let (emulator, session) = gateway("httpproxy").await;
        let opened = session.open(NAME, &config(true)).await;
        session.stop().await;
        assert!(session.close(NAME, &opened.private).await.is_clean());
        assert_eq!(active(&emulator), Vec::<Json>::new());
    });
}

/// Terraform closes nothing then: it ends the process.
#[tokio::test]
async fn what_is_open_when_the_process_ends_is_revoked() {
    let emulator = Emulator::start();
    connection_of(&emulator, "opened", "postgres");
    for (revokes, left) in [(true, 0), (false, 1)] {
        let session = Session::with(&emulator).await;
        let opened = session.open(NAME, &config(revokes)).await;
        assert!(opened.diagnostics.is_clean() && active(&emulator).len() == 1, "{}", opened.diagnostics);
        session.stop().await;
        session.shutdown().await;
        assert_eq!(active(&emulator).len(), left);
    }
    // A gateway that does not answer holds no host up.
    let session = Session::with(&emulator).await;
    session.open(NAME, &config(true)).await;
    emulator.fault(Fault::hang().on("POST", "/api/connections/opened/credentials").forever());
    session.shutdown().await;
}

#[test]
fn what_a_client_needs_is_there_for_each_subtype() {
    alone(async {
        for (subtype, wanted) in [
            ("postgres", &["username", "password", "database_name", "connection_string"][..]),
            ("ssh", &["username", "password", "command"]),
            ("rdp", &["hostname", "port", "username", "password", "command"]),
            ("httpproxy", &["hostname", "port", "proxy_token", "command"]),
            ("kubernetes", &["hostname", "port", "proxy_token", "command"]),
            ("aws-ssm", &["endpoint_url", "aws_access_key_id", "aws_secret_access_key", "connection_string"]),
        ] {
            let (emulator, session) = gateway(subtype).await;
            let opened = session.open(NAME, &config(false)).await;
            let has = |name: &&&str| opened.result[**name].as_str().is_some_and(|text| !text.is_empty());
            assert_eq!(wanted.iter().filter(has).count(), wanted.len(), "{subtype}: {:?}", opened.result);
            if subtype == "postgres" {
                assert_eq!((&opened.result["hostname"], &opened.result["port"]), (&json!(""), &json!("")));
                let listens = json!({"postgres_server_config": {"listen_address": "127.0.0.1:15999"}});
                assert_eq!(emulator.call("PUT", "/api/serverconfig/misc", listens).0, 200);
                let opened = session.open(NAME, &config(false)).await;
                assert_eq!(
                    (&opened.result["hostname"], &opened.result["port"]),
                    (&json!("127.0.0.1"), &json!("15999"))
                );
            }
        }
    });
}

#[test]
fn a_connection_without_credentials_says_why() {
    alone(async {
        let (_emulator, session) = gateway("mysql").await;
        let opened = session.open(NAME, &config(false)).await;
        assert!(opened.diagnostics.say("subtype is not supported"), "{}", opened.diagnostics);
        let unknown = json!({"connection_name": "nothing", "access_duration_seconds": 60});
        let opened = session.open(NAME, &unknown).await;
        assert!(opened.diagnostics.say("such as its `id`"), "{}", opened.diagnostics);
        for seconds in [0, 172_801] {
            let wrong = json!({"connection_name": "opened", "access_duration_seconds": seconds});
            let opened = session.open(NAME, &wrong).await;
            assert_eq!(opened.diagnostics.error_paths(), ["access_duration_seconds"], "{}", opened.diagnostics);
        }
    });
}

/// A key has no user who could ask for the review; a user gets the review and no credential.
#[test]
fn access_that_needs_a_review_opens_nothing() {
    alone(async {
        let (emulator, session) = gateway("postgres").await;
        let rule = json!({
            "name": "jit", "access_type": "jit", "connection_names": ["opened"], "approval_required_groups": ["admin"],
            "reviewers_groups": ["admin"], "force_approval_groups": [], "min_approvals": 1,
        });
        assert_eq!(emulator.call("POST", "/api/access-requests/rules", rule).0, 201);
        let opened = session.open(NAME, &config(true)).await;
        assert!(opened.diagnostics.say("failed creating review"), "{}", opened.diagnostics);
        assert_eq!(emulator.requests().iter().filter(|request| request.method == "POST").count(), 1, "it is permanent");
        let user = Session::inside(&terraform_provider_hoop::hoop::PROVIDER).await;
        let settings = json!({"api_url": emulator.api_url(), "api_key": emulator.user_token()});
        assert!(user.configure(settings).await.is_clean());
        let opened = user.open(NAME, &config(true)).await;
        assert!(opened.diagnostics.say("requires a review") && opened.private.is_empty(), "{}", opened.diagnostics);
    });
}

/// With `skip_credentials_validation`, an administrator's key is asked for its role and opened.
#[test]
fn secrets_that_the_gateway_masks_are_an_error() {
    alone(async {
        let (emulator, session) = gateway("postgres").await;
        let secret = json!({"secret": {"envvar:PASS": "aHVudGVyMg=="}});
        assert_eq!(emulator.call("PATCH", "/api/connections/opened", secret).0, 200);
        let config = json!({"connection_name": "opened"});
        let opened = session.open("hoop_connection_secrets", &config).await;
        assert_eq!(opened.result["secrets"]["envvar:PASS"], "hunter2", "{}", opened.diagnostics);
        emulator.set_masked_secrets(true);
        let opened = session.open("hoop_connection_secrets", &config).await;
        assert!(opened.diagnostics.say("hides the values"), "{}", opened.diagnostics);
    });
}

/// It would issue another credential.
#[test]
fn an_old_gateway_does_not_renew() {
    alone(async {
        let emulator = Emulator::builder().version("1.61.3").start_here();
        connection_of(&emulator, "opened", "postgres");
        let session = Session::inside(&terraform_provider_hoop::hoop::PROVIDER).await;
        assert!(session.configure(settings(&emulator)).await.is_clean());
        let opened = session.open(NAME, &config(false)).await;
        assert!(opened.diagnostics.is_clean() && opened.renew_at.is_none(), "{}", opened.diagnostics);
    });
}

#[test]
fn an_old_gateway_has_no_machine_identities() {
    alone(async {
        let emulator = Emulator::builder().version("1.49.0").start_here();
        let session = Session::inside(&terraform_provider_hoop::hoop::PROVIDER).await;
        let settings = json!({"api_url": emulator.api_url(), "api_key": emulator.legacy_api_key()});
        assert!(session.configure(settings).await.is_clean());
        let opened = session.open("hoop_machine_identity_credentials", &json!({"name": "ci"})).await;
        assert!(opened.diagnostics.say("requires version 1.63.0 or later"), "{}", opened.diagnostics);
    });
}
