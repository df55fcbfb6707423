//! The one check of the credentials: told once, by whoever meets it first, and never in the way of what needs none.

use serde_json::json;

use super::minimal;
use crate::emulator::{AuthKind, Emulator};
use crate::host::{Action, Object, Session, unknown};

const TYPE: &str = "hoop_connection";

/// A state with an object in it, as an earlier run left it.
async fn stored(emulator: &Emulator, name: &str) -> Object {
    let session = Session::with(emulator).await;
    let object = session.create(TYPE, &minimal(emulator, TYPE, name)).await;
    session.shutdown().await;
    emulator.clear_requests();
    object
}

fn wrong_key(emulator: &Emulator) -> serde_json::Value {
    json!({"api_url": emulator.api_url(), "api_key": "hpk_wrong"})
}

#[tokio::test]
async fn a_wrong_key_is_one_error_however_much_is_read_and_planned() {
    let emulator = Emulator::start();
    let object = stored(&emulator, "kept").await;
    let session = Session::start().await;
    assert!(session.configure(wrong_key(&emulator)).await.is_clean(), "configuring never fails for credentials");
    let config = minimal(&emulator, TYPE, "kept");
    let mut errors = Vec::new();
    for _ in 0..3 {
        let (read, found) = session.read(&object).await;
        assert_eq!(read, object, "a read that cannot ask leaves the state alone");
        errors.push(found);
        let planned = session.plan(&object, &config).await;
        assert_eq!(planned.state, object.state);
        errors.push(planned.diagnostics);
        let (absent, new) = (Object::absent(TYPE), minimal(&emulator, TYPE, "new"));
        errors.push(session.plan(&absent, &new).await.diagnostics);
    }
    let said: Vec<_> = errors.iter().flat_map(|found| found.errors()).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(errors[0].has_errors() && errors[0].say("HOOP_APIKEY") && errors[0].say("401"), "{}", errors[0]);
    assert_eq!(emulator.requests().len(), 1, "{:?}", emulator.requests());

    for _ in 0..2 {
        let applied = session.destroy(&object).await;
        assert!(applied.diagnostics.has_errors(), "an apply that does nothing says so, every time");
        assert_eq!(applied.object, object);
    }
    assert!(session.import(TYPE, "kept").await.is_err());
    let (_, found) = session.read_data(TYPE, &json!({"name": "kept"})).await;
    assert!(found.has_errors());
    assert_eq!(emulator.requests().len(), 1, "{:?}", emulator.requests());
    session.shutdown().await;
}

#[tokio::test]
async fn a_right_key_costs_one_request_for_all() {
    let emulator = Emulator::start();
    let object = stored(&emulator, "checked").await;
    let session = Session::with(&emulator).await;
    let config = minimal(&emulator, TYPE, "checked");
    for _ in 0..3 {
        session.settled(&object, &config).await;
    }
    let asked = emulator.requests();
    let checks: Vec<_> = asked.iter().filter(|request| request.path == "/api/userinfo").collect();
    assert_eq!((checks.len(), asked.len()), (1, 4), "{asked:?}");
    assert!(asked.iter().all(|request| request.auth == AuthKind::Bearer));
    session.shutdown().await;
}

#[tokio::test]
async fn the_check_can_be_skipped() {
    let emulator = Emulator::start();
    let object = stored(&emulator, "skipped").await;
    let session = Session::start().await;
    let mut settings = wrong_key(&emulator);
    settings["skip_credentials_validation"] = json!(true);
    assert!(session.configure(settings).await.is_clean());
    let planned = session.plan(&Object::absent(TYPE), &minimal(&emulator, TYPE, "new")).await;
    assert!(planned.diagnostics.is_clean(), "{}", planned.diagnostics);
    assert_eq!(emulator.requests(), []);
    let (read, found) = session.read(&object).await;
    assert!(read == object && found.has_errors());
    let applied = session.apply(&Object::absent(TYPE), &planned).await;
    assert!(applied.diagnostics.has_errors() && applied.object.state.is_null());
    assert!(emulator.requests().iter().all(|request| request.path != "/api/userinfo"));
    session.shutdown().await;
}

#[tokio::test]
async fn unknown_settings_are_not_wrong() {
    let emulator = Emulator::start();
    let object = stored(&emulator, "later").await;
    for settings in [
        json!({"api_url": unknown(), "api_key": emulator.api_key()}),
        json!({"api_url": emulator.api_url(), "api_key": unknown()}),
    ] {
        let session = Session::start().await;
        assert!(session.configure(settings).await.is_clean());
        let (read, found) = session.read(&object).await;
        assert!(read == object && found.is_clean(), "{found}");
        let planned = session.plan(&Object::absent(TYPE), &minimal(&emulator, TYPE, "new")).await;
        assert!(planned.diagnostics.is_clean() && planned.action == Action::Create, "{}", planned.diagnostics);
        assert!(session.destroy(&object).await.diagnostics.has_errors(), "nothing is destroyed with half a setting");
        session.shutdown().await;
    }
    assert_eq!(emulator.requests(), []);
}

#[tokio::test]
async fn missing_settings_are_named_with_their_variables() {
    let emulator = Emulator::start();
    let object = stored(&emulator, "missing").await;
    for (settings, missing) in [
        (json!({"api_url": emulator.api_url()}), ["`api_key`", "HOOP_APIKEY"]),
        (json!({"api_key": emulator.api_key()}), ["`api_url`", "HOOP_APIURL"]),
        (json!({"api_key": emulator.api_key(), "api_url": ""}), ["`api_url`", "HOOP_APIURL"]),
    ] {
        let session = Session::start().await;
        assert!(session.configure(settings).await.is_clean());
        let (read, found) = session.read(&object).await;
        assert_eq!(read, object);
        assert!(missing.iter().all(|word| found.say(word)), "{found}");
        assert!(session.read(&object).await.1.is_clean(), "it is told once");
        session.shutdown().await;
    }
}

#[tokio::test]
async fn settings_come_from_the_environment_too() {
    let emulator = Emulator::start();
    let (url, key) = (emulator.api_url(), emulator.api_key());
    let session = Session::start_with(|launch| launch.env("HOOP_APIURL", &url).env("HOOP_APIKEY", &key)).await;
    assert!(session.configure(json!({})).await.is_clean());
    let object = session.create("hoop_agent", &json!({"name": "from-the-environment"})).await;
    // The provider block wins.
    assert!(session.configure(wrong_key(&emulator)).await.is_clean());
    assert!(session.read(&object).await.1.say("401"));
    session.shutdown().await;
}

#[tokio::test]
async fn each_kind_of_key_goes_in_its_header() {
    let emulator = Emulator::start();
    for (key, scheme, kind) in [
        (emulator.api_key(), "auto", AuthKind::Bearer),
        (emulator.legacy_api_key(), "auto", AuthKind::ApiKey),
        (emulator.legacy_api_key(), "api_key", AuthKind::ApiKey),
    ] {
        emulator.clear_requests();
        let session = Session::start().await;
        let settings = json!({"api_url": emulator.api_url(), "api_key": key, "auth_scheme": scheme});
        assert!(session.configure(settings).await.is_clean());
        let (_, found) = session.read_data("hoop_agents", &json!({})).await;
        assert!(found.is_clean(), "{found}");
        assert!(emulator.requests().iter().all(|request| request.auth == kind), "{:?}", emulator.requests());
    }
}

#[tokio::test]
async fn a_provider_that_is_not_configured_says_so() {
    let emulator = Emulator::start();
    let object = stored(&emulator, "early").await;
    let session = Session::start().await;
    let (read, found) = session.read(&object).await;
    assert!(read == object && found.say("not configured"), "{found}");
    assert!(session.destroy(&object).await.diagnostics.say("not configured"));
    session.shutdown().await;
}

#[tokio::test]
async fn a_destroy_works_in_a_process_that_only_destroys() {
    let emulator = Emulator::start();
    let object = stored(&emulator, "doomed").await;
    let session = Session::with(&emulator).await;
    let destroyed = session.destroy(&object).await;
    assert!(destroyed.diagnostics.is_clean() && destroyed.object.state.is_null(), "{}", destroyed.diagnostics);
    assert_eq!(emulator.call("GET", "/api/connections/doomed", json!(null)).0, 404);
    session.shutdown().await;
}
