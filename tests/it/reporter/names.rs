//! Names: one connection has one, whatever its product; it is found by it, also long after, and told by it.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_taken_name_says_whose_it_is_and_how_to_import_it() {
    let reporter = Reporter::new().await;
    let theirs = reporter.create(&minimal("orders")).await;
    let reporter = Reporter::of(reporter.manager, json!({})).await;
    let absent = Object::absent(TYPE);
    let planned = reporter.session.plan(&absent, &minimal("orders")).await;
    let applied = reporter.session.apply(&absent, &planned).await;
    let id = theirs.state["id"].as_str().expect("an id");
    assert!(applied.diagnostics.say(&format!("terraform import {TYPE}.NAME '{id}'")), "{}", applied.diagnostics);
    assert_eq!(applied.diagnostics.error_paths(), ["config_name"]);
    assert!(applied.object.state.is_null());
    reporter.session.import(TYPE, id).await.expect("the import of the error");
}

#[tokio::test(start_paused = true)]
async fn a_rename_onto_a_taken_name_changes_nothing_and_is_never_waited_for() {
    let reporter = Reporter::new().await;
    reporter.create(&minimal("taken")).await;
    let object = reporter.create(&minimal("orders")).await;
    let reporter = Reporter::of(reporter.manager, json!({})).await;
    let planned = reporter.session.plan(&object, &minimal("taken")).await;
    reporter.forget();
    let applied = reporter.session.apply(&object, &planned).await;
    assert_eq!(reporter.written().len(), 1, "it is for good");
    assert_eq!(applied.diagnostics.error_paths(), ["config_name"], "{}", applied.diagnostics);
    assert!(applied.diagnostics.say("state rm"), "{}", applied.diagnostics);
    assert_eq!(applied.object.state, object.state);
}

#[tokio::test(start_paused = true)]
async fn an_import_takes_an_id_an_identity_or_product_and_name() {
    let reporter = Reporter::new().await;
    let object = reporter.create(&minimal("orders")).await;
    let by_name = reporter.session.import(TYPE, "reporter/orders").await.expect("by name");
    let by_id = reporter.session.import(TYPE, object.state["id"].as_str().expect("an id")).await.expect("by id");
    let by_identity = reporter.session.import_identity(TYPE, &object.identity).await.expect("by identity");
    assert_eq!((&by_name, &by_id), (&by_id, &by_identity));
    assert_eq!(by_name.identity, json!({"id": object.state["id"]}));
    for wrong in ["orders", "payments/orders", "reporter/", "/orders", "reporter/Orders"] {
        let found = reporter.session.import(TYPE, wrong).await.expect_err(wrong);
        assert!(found.say("ID or PRODUCT_NAME/CONFIG_NAME"), "{wrong}: {found}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_of_another_product_says_whose_it_is_and_what_an_import_would_do() {
    let reporter = Reporter::new().await;
    let theirs = reporter.create(&with(&minimal("orders"), &json!({"product_name": "payments"}))).await;
    // Another run knows nothing of it.
    let reporter = Reporter::of(reporter.manager, json!({})).await;
    let absent = Object::absent(TYPE);
    let planned = reporter.session.plan(&absent, &minimal("orders")).await;
    let found = reporter.session.apply(&absent, &planned).await.diagnostics;
    assert!(found.say("Its `product_name` is \"payments\" and not \"reporter\""), "{found}");
    assert!(found.say("the next apply would replace it"), "{found}");
    let id = theirs.state["id"].as_str().expect("an id");
    assert!(found.say(&format!("terraform import {TYPE}.NAME '{id}'")), "{found}");
    assert!(found.say("create_before_destroy"), "{found}");
}

#[tokio::test(start_paused = true)]
async fn a_name_that_the_same_run_gives_twice_is_told_as_that() {
    let reporter = Reporter::new().await;
    reporter.create(&minimal("orders")).await;
    let absent = Object::absent(TYPE);
    let planned = reporter.session.plan(&absent, &minimal("orders")).await;
    let found = reporter.session.apply(&absent, &planned).await.diagnostics;
    assert!(found.say("It was created by this run") && !found.say("terraform import"), "{found}");
    assert_eq!(found.error_paths(), ["config_name"]);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_the_state_holds_is_not_to_be_imported() {
    let reporter = Reporter::new().await;
    let one = reporter.create(&minimal("one")).await;
    let other = reporter.create(&minimal("other")).await;
    let reporter = Reporter::of(reporter.manager, json!({})).await;
    // The two swap their names.
    let [to_other, to_one] =
        [reporter.session.plan(&one, &minimal("other")).await, reporter.session.plan(&other, &minimal("one")).await];
    for (object, planned) in [(&one, &to_other), (&other, &to_one)] {
        let found = reporter.session.apply(object, planned).await.diagnostics;
        assert!(found.say("already in Terraform's state") && !found.say("terraform import"), "{found}");
        assert!(found.say("a third `config_name`"), "{found}");
    }
}

/// Lists show a month; a name is looked for in all of them, the newest first.
#[tokio::test(start_paused = true)]
async fn a_name_is_found_however_old_it_is() {
    let reporter = Reporter::new().await;
    let object = reporter.create(&minimal("old")).await;
    let old = json!({"createdAt": "2025-03-01T00:00:00Z"});
    assert!(reporter.manager.with(|manager| manager.change_record("old", &old)));
    let imported = reporter.session.import(TYPE, "reporter/old").await.expect("an object");
    assert_eq!(imported.state["id"], object.state["id"]);
    let looked_up = json!({"product_name": "reporter", "config_name": "old"});
    let (state, found) = reporter.session.read_data(TYPE, &looked_up).await;
    assert!(found.is_clean() && state["id"] == object.state["id"], "{found}");
    // What is new is found without looking at all months.
    reporter.create(&minimal("new")).await;
    reporter.forget();
    reporter.session.import(TYPE, "reporter/new").await.expect("an object");
    assert!(reporter.manager.requests().len() < 5, "{:?}", reporter.manager.requests());
}

#[tokio::test(start_paused = true)]
async fn a_data_source_takes_the_product_of_the_provider_block() {
    let manager = ManagerEmulator::builder().start_here();
    let reporter = Reporter::of(manager, json!({"product_name": "reporter"})).await;
    let object = reporter.create(&minimal("orders")).await;
    let (state, found) = reporter.session.read_data(TYPE, &json!({"config_name": "orders"})).await;
    assert!(found.is_clean() && state["id"] == object.state["id"], "{found}");
    let found = reporter.session.validate_data(TYPE, &json!({"config_name": "orders", "id": object.state["id"]})).await;
    assert!(
        found.say("Set either `id`, or both `product_name` and `config_name` to look up a reporter connection."),
        "{found}"
    );
    let without = Reporter::of(reporter.manager, json!({})).await;
    let (_, found) = without.session.read_data(TYPE, &json!({"config_name": "orders"})).await;
    assert_eq!(found.error_paths(), ["product_name"], "{found}");
}

/// What the operator configured can be looked at and not be managed.
#[tokio::test(start_paused = true)]
async fn an_internal_datasource_is_shown_and_not_imported() {
    let internal = json!({"configName": "onboarding", "host": "127.0.0.1", "port": 5479});
    let manager = ManagerEmulator::builder().with(|manager| manager.add_internal(&internal)).start_here();
    let reporter = Reporter::of(manager, json!({})).await;
    let (state, found) = reporter.session.read_data("lerian_reporter_connections", &json!({})).await;
    assert!(found.is_clean(), "{found}");
    let id = state["connections"][0]["id"].as_str().expect("it is listed").to_owned();
    let (state, found) = reporter.session.read_data(TYPE, &json!({"id": id})).await;
    assert!(found.is_clean() && state["config_name"] == "onboarding", "{found}");
    let found = reporter.session.import(TYPE, &id).await.expect_err("it cannot be managed");
    assert!(found.say("cannot be managed"), "{found}");
}
