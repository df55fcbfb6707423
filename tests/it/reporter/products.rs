//! Products: given by the connection or the provider block, never changed, and given to records that have none.

use super::*;
use crate::emulator::Fault;
use crate::host::Action;

#[tokio::test(start_paused = true)]
async fn another_product_is_another_connection() {
    let reporter = Reporter::new().await;
    let object = reporter.create(&minimal("orders")).await;
    let other = with(&minimal("orders"), &json!({"product_name": "payments"}));
    let planned = reporter.session.plan(&object, &other).await;
    assert_eq!((planned.action, &planned.replaces[..]), (Action::Replace, &["product_name".to_owned()][..]));
    let replaced = reporter.session.converge(&object, &other).await;
    assert_ne!(replaced.state["id"], object.state["id"]);
    assert_eq!(reporter.shown(&replaced)["productName"], "payments");
}

#[tokio::test(start_paused = true)]
async fn the_provider_block_speaks_for_connections_that_name_none() {
    let manager = ManagerEmulator::builder().start_here();
    let reporter = Reporter::of(manager, json!({"product_name": "payments"})).await;
    let config = with(&minimal("orders"), &json!({"product_name": null}));
    let planned = reporter.session.plan(&Object::absent(TYPE), &config).await;
    assert_eq!(planned.state["product_name"], "payments", "the plan says so");
    let object = reporter.create(&config).await;
    assert_eq!(reporter.shown(&object)["productName"], "payments");
    // What is there stays there: another default is no reason to replace what nobody touched.
    let changed = Reporter::of(reporter.manager, json!({"product_name": "other"})).await;
    changed.session.settled(&object, &config).await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_without_any_product_is_refused_by_the_plan() {
    let reporter = Reporter::new().await;
    let config = with(&minimal("orders"), &json!({"product_name": null}));
    let planned = reporter.session.plan(&Object::absent(TYPE), &config).await;
    assert_eq!(planned.diagnostics.error_paths(), ["product_name"], "{}", planned.diagnostics);
}

/// A record from before there were products.
async fn legacy(reporter: &Reporter, config: &Json) -> Object {
    let object = reporter.create(config).await;
    let name = config["config_name"].as_str().expect("a name");
    assert!(reporter.manager.with(|manager| manager.change_record(name, &json!({"productName": null}))));
    let legacy = reporter.session.import(TYPE, object.state["id"].as_str().expect("an id")).await.expect("an object");
    assert!(legacy.state["product_name"].is_null());
    legacy
}

#[tokio::test(start_paused = true)]
async fn a_record_without_a_product_is_assigned_in_place() {
    let reporter = Reporter::new().await;
    let config = minimal("orders");
    let legacy =
        legacy(&reporter, &with(&config, &json!({"password": null, "password_wo": "p", "password_wo_version": 1})))
            .await;
    let config = with(&config, &json!({"password": null}));
    let planned = reporter.session.plan(&legacy, &config).await;
    assert_eq!(planned.action, Action::Update, "{:?}", planned.replaces);
    reporter.forget();
    let object = reporter.session.converge(&legacy, &config).await;
    let id = object.state["id"].as_str().expect("an id").to_owned();
    assert_eq!(reporter.written(), [("POST".to_owned(), format!("{id}/assign"), Json::Null)]);
    assert_eq!((&object.state["product_name"], &legacy.state["id"]), (&json!("reporter"), &object.state["id"]));
}

#[tokio::test(start_paused = true)]
async fn a_record_without_a_product_is_assigned_before_it_is_changed() {
    let reporter = Reporter::new().await;
    let legacy = legacy(&reporter, &minimal("orders")).await;
    reporter.forget();
    reporter.session.converge(&legacy, &with(&minimal("orders"), &json!({"port": 1, "password": null}))).await;
    let methods: Vec<String> = reporter.written().into_iter().map(|(method, ..)| method).collect();
    assert_eq!(methods, ["POST", "PATCH"]);
}

/// The first step is done, whatever becomes of the second.
#[tokio::test(start_paused = true)]
async fn a_refused_change_after_an_assignment_leaves_a_state_that_is_true() {
    let reporter = Reporter::new().await;
    let legacy = legacy(&reporter, &minimal("orders")).await;
    let config = with(&minimal("orders"), &json!({"port": 1, "password": null}));
    let planned = reporter.session.plan(&legacy, &config).await;
    reporter.manager.fault(Fault::answer(400).on("PATCH", PATH));
    let applied = reporter.session.apply(&legacy, &planned).await;
    assert!(applied.diagnostics.has_errors(), "{}", applied.diagnostics);
    let state = &applied.object.state;
    assert_eq!((&state["product_name"], &state["port"]), (&json!("reporter"), &legacy.state["port"]));
    let again = reporter.session.converge(&applied.object, &config).await;
    assert_eq!(again.state["port"], 1);
}

#[tokio::test(start_paused = true)]
async fn a_record_that_was_assigned_meanwhile_is_told_on_the_attribute() {
    let reporter = Reporter::new().await;
    let legacy = legacy(&reporter, &minimal("orders")).await;
    let config = with(&minimal("orders"), &json!({"password": null}));
    let planned = reporter.session.plan(&legacy, &config).await;
    let path = format!("{PATH}/{}/assign", legacy.state["id"].as_str().expect("an id"));
    assert_eq!(reporter.manager.call("POST", &path, &[("X-Product-Name", "payments")], &Json::Null).0, 200);
    let applied = reporter.session.apply(&legacy, &planned).await;
    assert_eq!(applied.diagnostics.error_paths(), ["product_name"], "{}", applied.diagnostics);
    assert_eq!(applied.object.state["product_name"], "payments", "the state tells what is true");
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_an_assignment_is_seen_by_what_it_did() {
    let reporter = Reporter::new().await;
    let legacy = legacy(&reporter, &minimal("orders")).await;
    let config = with(&minimal("orders"), &json!({"password": null}));
    let planned = reporter.session.plan(&legacy, &config).await;
    reporter.manager.fault(Fault::lost_answer().on("POST", PATH));
    let applied = reporter.session.apply(&legacy, &planned).await;
    assert!(applied.diagnostics.is_clean(), "{}", applied.diagnostics);
    reporter.session.settled(&applied.object, &config).await;
}
