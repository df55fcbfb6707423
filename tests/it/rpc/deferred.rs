//! Deferrals: while a setting of the provider is not known, a host that allows it defers all that would need it, with what
//! core still demands of such an answer. Without that, everything is as before. Opens are in `ephemeral`.

use serde_json::{Value as Json, json};

use super::minimal;
use crate::emulator::Emulator;
use crate::host::{Object, Session, unknown};

const TYPE: &str = "hoop_connection";

async fn not_known(emulator: &Emulator) -> Session {
    let session = Session::start().await;
    let settings = json!({"api_url": emulator.api_url(), "api_key": unknown()});
    assert!(session.configure(settings).await.is_clean());
    session
}

#[tokio::test]
async fn reads_and_plans_are_deferred_and_return_what_they_would_return() {
    let emulator = Emulator::start();
    let known = Session::with(&emulator).await;
    let object = known.create(TYPE, &minimal(&emulator, TYPE, "kept")).await;
    known.shutdown().await;
    emulator.clear_requests();
    let session = not_known(&emulator).await;
    let mut changed = minimal(&emulator, TYPE, "kept");
    changed["subtype"] = json!("postgres");
    let (absent, new) = (Object::absent(TYPE), minimal(&emulator, TYPE, "new"));
    for allowed in [true, false] {
        let read = session.read_as(&object, allowed).await;
        assert_eq!((read.deferred, read.diagnostics.is_clean()), (allowed, true), "{}", read.diagnostics);
        let returned =
            Object { type_name: TYPE.to_owned(), state: read.value, private: read.private, identity: read.identity };
        assert_eq!(returned, object);
        let planned = session.plan_as(&absent, &new, allowed).await;
        assert_eq!((planned.deferred, planned.diagnostics.is_clean()), (allowed, true), "{}", planned.diagnostics);
        assert_eq!((&planned.value["name"], &planned.value["id"]), (&json!("new"), &unknown()));
        let planned = session.plan_as(&object, &changed, allowed).await;
        assert_eq!((planned.deferred, &planned.value["subtype"]), (allowed, &json!("postgres")));
        assert!(planned.identity == object.identity && !planned.private.is_empty());
        let destroyed = session.plan_as(&object, &Json::Null, allowed).await;
        assert!(destroyed.deferred == allowed && destroyed.value.is_null(), "{}", destroyed.diagnostics);
    }
    // A deferral is no excuse for a configuration that is wrong.
    let mut wrong = new;
    wrong["agent_id"] = json!("no id");
    assert!(session.plan_as(&absent, &wrong, true).await.diagnostics.has_errors());
    assert_eq!(emulator.requests(), []);
    session.shutdown().await;
}

#[tokio::test]
async fn imports_and_data_sources_are_deferred_without_a_result() {
    let emulator = Emulator::start();
    let session = not_known(&emulator).await;
    let answers = async |allowed: bool| {
        [
            session.import_as(TYPE, "kept", allowed).await,
            session.read_data_as(TYPE, &json!({"name": "kept"}), allowed).await,
            session.read_data_as("hoop_connections", &json!({}), allowed).await,
            session.read_data_as("hoop_server_info", &json!({}), allowed).await,
        ]
    };
    for answer in answers(true).await {
        assert!(answer.deferred && answer.value.is_null() && answer.diagnostics.is_clean(), "{}", answer.diagnostics);
    }
    for answer in answers(false).await {
        assert!(!answer.deferred && answer.diagnostics.say("not known yet"), "{}", answer.diagnostics);
    }
    assert_eq!(emulator.requests(), []);
    session.shutdown().await;
}

/// Some versions of OpenTofu allow what they then report as an error of the provider.
#[tokio::test]
async fn a_host_whose_word_cannot_be_taken_gets_no_deferral() {
    let emulator = Emulator::start();
    for (version, deferred) in
        [("1.11.0", false), ("1.11.3", false), ("1.11.4", true), ("1.11.0-alpha1", true), ("", true)]
    {
        let session = Session::start().await;
        let settings = json!({"api_url": emulator.api_url(), "api_key": unknown()});
        assert!(session.configure_by(version, settings).await.is_clean());
        let planned = session.plan_as(&Object::absent(TYPE), &minimal(&emulator, TYPE, "new"), true).await;
        assert_eq!((planned.deferred, planned.diagnostics.is_clean()), (deferred, true), "{version}");
    }
}

#[tokio::test]
async fn what_is_known_is_never_deferred() {
    let emulator = Emulator::start();
    let session = Session::with(&emulator).await;
    let object = session.create(TYPE, &minimal(&emulator, TYPE, "kept")).await;
    let read = session.read_as(&object, true).await;
    assert!(!read.deferred && read.value == object.state);
    assert!(!session.plan_as(&object, &minimal(&emulator, TYPE, "kept"), true).await.deferred);
    assert!(!session.import_as(TYPE, "kept", true).await.deferred);
    assert!(!session.read_data_as(TYPE, &json!({"name": "kept"}), true).await.deferred);
    // Neither is what is wrong, as opposed to not known.
    let broken = Session::start().await;
    assert!(broken.configure(json!({})).await.is_clean());
    let read = broken.read_as(&object, true).await;
    assert!(!read.deferred && read.diagnostics.has_errors());
    session.shutdown().await;
}
