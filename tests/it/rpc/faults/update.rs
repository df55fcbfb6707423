//! Updates: one write or none, and a state that is true afterwards.

use super::*;
use crate::host::Action;

const PATH: &str = "/api/connections";

/// An object, and a configuration that changes it by a PATCH.
async fn changing(session: &Session, emulator: &Emulator, name: &str) -> (Object, Json) {
    let mut config = minimal(emulator, "hoop_connection", name);
    config["tags"] = json!({"team": "a"});
    let object = session.create("hoop_connection", &config).await;
    config["tags"] = json!({"team": "b"});
    (object, config)
}

/// The tags that the gateway holds.
fn tags(emulator: &Emulator, name: &str) -> Json {
    emulator.call("GET", &format!("{PATH}/{name}"), Json::Null).1["connection_tags"].clone()
}

#[tokio::test]
async fn a_passing_fault_is_waited_out() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 4).await;
    let faults = [
        ("lost", Fault::lost_answer().on("PATCH", PATH)),
        ("reset", Fault::reset().on("PATCH", PATH)),
        ("503", Fault::answer(503).on("PATCH", PATH)),
        ("429", Fault::answer(429).header("Retry-After", "0").on("PATCH", PATH)),
        ("truncated", Fault::truncated().on("PATCH", PATH)),
        ("read-503", Fault::answer(503).on("GET", PATH)),
        ("read-truncated", Fault::truncated().on("GET", PATH)),
    ];
    for (what, fault) in faults {
        let (object, config) = changing(&session, &emulator, &format!("passing-{what}")).await;
        let applied = update_under(&session, &emulator, &object, &config, [fault]).await;
        assert!(applied.diagnostics.is_clean(), "{what}: {}", applied.diagnostics);
        assert_eq!(tags(&emulator, &format!("passing-{what}")), json!({"team": "b"}));
        session.settled(&applied.object, &config).await;
    }
    session.shutdown().await;
}

#[tokio::test]
async fn a_refused_update_changes_neither_gateway_nor_state() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 4).await;
    let faults = [
        ("422", Fault::answer(422).body(r#"{"message":"connection_tags: no such team"}"#), "no such team"),
        ("401", Fault::answer(401), "HOOP_APIKEY"),
        ("500", permanent(), "SQLSTATE"),
        ("html", Fault::html(200), "api_url"),
    ];
    for (what, fault, words) in faults {
        let name = format!("refused-{what}");
        let (object, config) = changing(&session, &emulator, &name).await;
        for method in ["PATCH", "GET"] {
            let applied = update_under(&session, &emulator, &object, &config, [fault.clone().on(method, PATH)]).await;
            assert!(applied.diagnostics.has_errors() && applied.diagnostics.say(words), "{}", applied.diagnostics);
            assert_eq!(applied.object.state, object.state, "{what} at {method}");
            assert_eq!(asked(&emulator, "PATCH"), usize::from(method == "PATCH"), "{:?}", emulator.requests());
            assert_eq!(tags(&emulator, &name), json!({"team": "a"}));
            let again = session.plan(&applied.object, &config).await;
            assert_eq!(again.action, Action::Update, "the change is still to be made");
        }
    }
    session.shutdown().await;
}

#[tokio::test]
async fn a_refusal_that_names_an_attribute_is_shown_there() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 0).await;
    let (object, config) = changing(&session, &emulator, "blamed").await;
    let fault = Fault::answer(422).body(r#"{"message":"connection_tags: no such team"}"#).on("PATCH", PATH);
    let applied = update_under(&session, &emulator, &object, &config, [fault]).await;
    assert_eq!(applied.diagnostics.error_paths(), ["tags"], "{}", applied.diagnostics);
}

/// Written, and not shown: the state holds the plan, and the next refresh sets it right.
#[tokio::test]
async fn an_update_that_cannot_be_read_back_is_kept_with_a_warning() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 0).await;
    for (what, fault) in [("500", permanent()), ("html", Fault::html(200)), ("404", Fault::answer(404))] {
        let name = format!("unread-{what}");
        let (object, mut config) = changing(&session, &emulator, &name).await;
        // What the answer of the write does not show, a read must. The first read is the one before the write.
        config["attributes"] = json!(["pci"]);
        let fault = fault.on("GET", PATH).skip(1);
        let applied = update_under(&session, &emulator, &object, &config, [fault]).await;
        assert!(!applied.diagnostics.has_errors(), "{what}: {}", applied.diagnostics);
        assert_eq!(applied.diagnostics.warnings().count(), 1);
        assert_eq!(applied.object.state["tags"], json!({"team": "b"}));
        session.settled(&applied.object, &config).await;
    }
    session.shutdown().await;
}

/// Lost for good: whether it was acted on is looked up, and the state says what is true.
#[tokio::test]
async fn an_update_that_stays_without_an_answer_tells_the_truth() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 0).await;
    for (what, fault, now) in [("lost", Fault::lost_answer(), "b"), ("reset", Fault::reset(), "a")] {
        let name = format!("silent-{what}");
        let (object, config) = changing(&session, &emulator, &name).await;
        let applied = update_under(&session, &emulator, &object, &config, [fault.on("PATCH", PATH)]).await;
        assert!(applied.diagnostics.has_errors(), "{what}");
        assert_eq!(applied.object.state["tags"], json!({"team": now}), "{what}: {}", applied.diagnostics);
        assert_eq!(tags(&emulator, &name), json!({"team": now}));
        session.converge(&applied.object, &config).await;
    }
    session.shutdown().await;
}

#[tokio::test]
async fn an_object_that_went_away_after_the_plan_is_not_made_by_an_update() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 0).await;
    let (object, config) = changing(&session, &emulator, "went-away").await;
    let planned = session.plan(&object, &config).await;
    assert_eq!(emulator.call("DELETE", &format!("{PATH}/went-away"), Json::Null).0, 204);
    let applied = under(&emulator, [], session.apply(&object, &planned)).await;
    assert!(applied.diagnostics.say("deleted outside Terraform"), "{}", applied.diagnostics);
    assert_eq!(asked(&emulator, "PATCH") + asked(&emulator, "PUT") + asked(&emulator, "POST"), 0);
    assert!(!exists(&emulator, PATH, "went-away"));
    let (read, _) = session.read(&applied.object).await;
    assert!(read.state.is_null(), "the next plan creates it");
    session.shutdown().await;
}

/// The gateway is taken away in the middle of an apply: an error in time, not a hang, and nothing forgotten.
#[tokio::test]
async fn a_gateway_that_is_gone_leaves_the_state_alone() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 0).await;
    let (object, config) = changing(&session, &emulator, "gone").await;
    let planned = session.plan(&object, &config).await;
    emulator.stop();
    let applied = session.apply(&object, &planned).await;
    assert!(applied.diagnostics.say("HOOP_APIURL"), "{}", applied.diagnostics);
    assert_eq!(applied.object.state, object.state);
    let (read, found) = session.read(&object).await;
    assert!(read == object && found.has_errors(), "a gateway that is down is not an object that is gone");
    emulator.restart();
    session.converge(&applied.object, &config).await;
    session.shutdown().await;
}
