//! Errors of the manager in both of its shapes: the same path, the same advice.

use super::*;
use crate::emulator::Fault;

/// The older shape and the newer one.
async fn both() -> [Reporter; 2] {
    let newer = ManagerEmulator::builder().with(|manager| manager.problem_json = true).start_here();
    [Reporter::new().await, Reporter::of(newer, json!({})).await]
}

async fn refused(reporter: &Reporter, config: &Json) -> crate::host::Diagnostics {
    let absent = Object::absent(TYPE);
    let planned = reporter.session.plan(&absent, config).await;
    assert!(!planned.diagnostics.has_errors(), "{}", planned.diagnostics);
    let applied = reporter.session.apply(&absent, &planned).await;
    assert!(applied.object.state.is_null() && applied.diagnostics.errors().count() == 1, "{}", applied.diagnostics);
    applied.diagnostics
}

#[tokio::test(start_paused = true)]
async fn a_refused_host_is_told_on_the_host_with_code_and_request() {
    for reporter in both().await {
        reporter.manager.with(|manager| manager.host_guard = true);
        let found = refused(&reporter, &with(&minimal("orders"), &json!({"host": "127.0.0.1"}))).await;
        assert_eq!(found.error_paths(), ["host"], "{found}");
        assert!(found.say("FET-0414") && found.say("Request ID: "), "{found}");
    }
}

/// The manager names fields in two vocabularies.
#[tokio::test(start_paused = true)]
async fn fields_are_told_by_whatever_name() {
    let reporter = Reporter::new().await;
    for (field, path) in [
        ("configName", "config_name"),
        ("config_name", "config_name"),
        ("database_name", "database_name"),
        ("username", "user_name"),
        ("userName", "user_name"),
        ("ssl.mode", "ssl.mode"),
        ("ssl.ca", "ssl.ca"),
        ("product_name", "product_name"),
    ] {
        let older = json!({"code": "FET-0402", "title": "t", "message": "missing", "fields": {field: "is required"}});
        let newer = json!({"code": "FET-0402", "title": "Bad Request", "status": 400, "detail": "missing",
            "errors": [{"message": "is required", "location": format!("body.{field}"), "value": "canary"}]});
        for body in [older, newer] {
            reporter.manager.fault(Fault::answer(400).body(&body.to_string()).on("POST", PATH));
            let found = refused(&reporter, &minimal("orders")).await;
            assert_eq!(found.error_paths(), [path], "{body}: {found}");
            assert!(found.say("is required") && !found.say("canary"), "{found}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn gone_taken_and_in_use_mean_the_same_in_both_shapes() {
    for reporter in both().await {
        let object = reporter.create(&minimal("orders")).await;
        assert!(
            refused(&reporter, &minimal("orders")).await.say("Its `config_name` is in use by the reporter connection")
        );
        reporter.manager.with(|manager| manager.start_job("orders", Some(3)));
        let object = reporter.session.converge(&object, &with(&minimal("orders"), &json!({"port": 1}))).await;
        let path = format!("{PATH}/{}", object.state["id"].as_str().expect("an id"));
        assert_eq!(reporter.manager.call("DELETE", &path, &[], &Json::Null).0, 204);
        let (read, found) = reporter.session.read(&object).await;
        assert!(read.state.is_null() && found.is_clean(), "{found}");
        assert!(reporter.session.destroy(&object).await.diagnostics.is_clean(), "gone is gone");
    }
}

/// Whatever of the manager's address a person pastes, the hint says what it should be.
#[tokio::test(start_paused = true)]
async fn an_address_that_leads_past_the_manager_is_told_with_a_hint() {
    for reporter in both().await {
        let url = reporter.manager.url();
        for wrong in [format!("{url}/v1"), format!("{url}{PATH}"), reporter.manager.auth_url()] {
            let session = Session::inside(&PROVIDER).await;
            assert!(session.configure(json!({"endpoint": wrong})).await.is_clean());
            let found = session.plan(&Object::absent(TYPE), &minimal("orders")).await.diagnostics;
            assert!(found.say("without `/v1`") && found.say("The URL is not that of"), "{wrong}: {found}");
            assert!(found.say(&wrong), "{found}");
        }
    }
}

/// A wrong address is no reason to forget an object.
#[tokio::test(start_paused = true)]
async fn a_route_that_does_not_exist_is_not_an_object_that_is_gone() {
    for reporter in both().await {
        let object = reporter.create(&minimal("orders")).await;
        let nowhere = format!("{}/nowhere", reporter.manager.url());
        let settings = json!({"endpoint": nowhere, "skip_credentials_validation": true});
        assert!(reporter.session.configure(settings).await.is_clean());
        let (read, found) = reporter.session.read(&object).await;
        assert!(read == object && found.has_errors(), "{found}");
    }
}
