//! Changes: a PATCH of what changed and nothing else; none where nothing that the manager knows changed.

use super::*;
use crate::host::Action;

#[tokio::test(start_paused = true)]
async fn a_change_sends_the_field_that_changed_and_no_other() {
    let reporter = Reporter::new().await;
    let full = with(&minimal("orders"), &json!({"schema": "public", "metadata": {"team": "a", "tier": "1"}}));
    let mut object = reporter.create(&full).await;
    let mut config = full;
    for (change, sent) in [
        (json!({"config_name": "orders-2"}), json!({"configName": "orders-2"})),
        (json!({"host": "new.example.com"}), json!({"host": "new.example.com"})),
        (json!({"port": 5433}), json!({"port": 5433})),
        (json!({"database_name": "app2"}), json!({"databaseName": "app2"})),
        (json!({"user_name": "other"}), json!({"userName": "other"})),
        (json!({"type": "MYSQL"}), json!({"type": "MYSQL"})),
        (json!({"password": "second"}), json!({"password": "second"})),
        (json!({"schema": "analytics"}), json!({"schema": "analytics"})),
        (json!({"schema": null}), json!({"schema": ""})),
        (json!({"metadata": {"team": "b"}}), json!({"metadata": {"team": "b"}})),
        (json!({"metadata": null}), json!({"metadata": {}})),
        (json!({"port": 1, "host": "::1"}), json!({"port": 1, "host": "::1"})),
    ] {
        config = with(&config, &change);
        reporter.forget();
        object = reporter.session.converge(&object, &config).await;
        assert_eq!(reporter.patched(), sent, "{change}");
    }
    assert_eq!(reporter.manager.with(|manager| manager.secrets("orders-2"))["password"], "second");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_where_nothing_is_said() {
    let reporter = Reporter::new().await;
    let config = minimal("orders");
    let mut object = reporter.create(&config).await;
    reporter.forget();
    for same in [
        json!({"schema": ""}),
        json!({"metadata": {}}),
        json!({"timeouts": {"update": "5m"}}),
        json!({"timeouts": null}),
    ] {
        object = reporter.session.converge(&object, &with(&config, &same)).await;
    }
    assert_eq!(reporter.written(), []);
    assert_eq!(reporter.manager.with(|manager| manager.secrets("orders"))["password"], "first");
}

#[tokio::test(start_paused = true)]
async fn a_write_only_password_is_sent_by_its_version_and_kept_nowhere() {
    let reporter = Reporter::new().await;
    let hidden = |text: &str, version: i64| {
        with(&minimal("orders"), &json!({"password": null, "password_wo": text, "password_wo_version": version}))
    };
    let object = reporter.create(&hidden("hidden", 1)).await;
    assert!(!object.state.to_string().contains("hidden") && object.state["password"].is_null());
    assert_eq!(reporter.manager.with(|manager| manager.secrets("orders"))["password"], "hidden");
    reporter.forget();
    let object = reporter.session.converge(&object, &hidden("changed", 1)).await;
    assert_eq!(reporter.written(), []);
    reporter.session.converge(&object, &hidden("changed", 2)).await;
    assert_eq!(reporter.patched(), json!({"password": "changed"}));
}

#[tokio::test(start_paused = true)]
async fn a_new_connection_needs_a_password_that_is_not_empty() {
    let reporter = Reporter::new().await;
    let without = with(&minimal("orders"), &json!({"password": null}));
    let planned = reporter.session.plan(&Object::absent(TYPE), &without).await;
    assert_eq!(planned.diagnostics.error_paths(), ["password"], "{}", planned.diagnostics);
    for empty in [json!({"password": ""}), json!({"password": null, "password_wo": "", "password_wo_version": 1})] {
        let found = reporter.session.validate(TYPE, &with(&minimal("orders"), &empty)).await;
        assert!(found.has_errors(), "{empty}");
    }
}

/// One error for one mistake.
#[tokio::test(start_paused = true)]
async fn an_empty_password_is_one_error() {
    let reporter = Reporter::new().await;
    let found = reporter.session.validate(TYPE, &with(&minimal("orders"), &json!({"password": ""}))).await;
    assert_eq!((found.errors().count(), found.error_paths()), (1, vec!["password".to_owned()]), "{found}");
}

/// A create answers in nanoseconds, a read in milliseconds: the state holds what a read shows.
#[tokio::test(start_paused = true)]
async fn times_are_those_of_a_read() {
    let reporter = Reporter::new().await;
    let config = minimal("orders");
    let object = reporter.create(&config).await;
    let shown = reporter.shown(&object);
    assert_eq!((&object.state["created_at"], &object.state["updated_at"]), (&shown["createdAt"], &shown["updatedAt"]));
    let planned = reporter.session.plan(&object, &with(&config, &json!({"port": 1}))).await;
    assert!(planned.state["updated_at"].is_object(), "it is not known before the change");
    assert_eq!(planned.state["created_at"], object.state["created_at"]);
}

#[tokio::test(start_paused = true)]
async fn notes_that_are_no_text_are_shown_as_json_and_repaired_as_a_whole() {
    let reporter = Reporter::new().await;
    let config = with(&minimal("orders"), &json!({"metadata": {"team": "a"}}));
    let object = reporter.create(&config).await;
    let path = format!("{PATH}/{}", object.state["id"].as_str().expect("an id"));
    let theirs = json!({"metadata": {"team": "a", "tier": 1, "deep": {"x": [true]}}});
    assert_eq!(reporter.manager.call("PATCH", &path, &[], &theirs).0, 200);
    let (read, found) = reporter.session.read(&object).await;
    assert!(found.is_clean(), "{found}");
    assert_eq!(read.state["metadata"], json!({"team": "a", "tier": "1", "deep": "{\"x\":[true]}"}));
    reporter.forget();
    reporter.session.converge(&read, &config).await;
    assert_eq!(reporter.patched(), json!({"metadata": {"team": "a"}}));
}

#[tokio::test(start_paused = true)]
async fn what_the_manager_would_refuse_is_refused_by_the_plan() {
    let reporter = Reporter::new().await;
    for (wrong, path) in [
        (json!({"config_name": "ab"}), "config_name"),
        (json!({"config_name": "with blank"}), "config_name"),
        (json!({"host": "https://db"}), "host"),
        (json!({"host": "1db.example.com"}), "host"),
        (json!({"host": "[::1]"}), "host"),
        (json!({"port": 0}), "port"),
        (json!({"port": 65536}), "port"),
        (json!({"port": 1.5}), "port"),
        (json!({"type": "postgresql"}), "type"),
        (json!({"database_name": " app"}), "database_name"),
        (json!({"user_name": ""}), "user_name"),
        (json!({"product_name": "My Product"}), "product_name"),
        (json!({"ssl": {"mode": "true", "ca": "x"}}), "ssl.mode"),
        (json!({"ssl": {"mode": "require", "ca": ""}}), "ssl.ca"),
        (json!({"timeouts": {"update": "5 minutes"}}), "timeouts.update"),
    ] {
        let found = reporter.session.validate(TYPE, &with(&minimal("orders"), &wrong)).await;
        assert_eq!(found.error_paths(), [path], "{wrong}: {found}");
    }
    let long = json!({"metadata": {"k": "v".repeat(2001)}});
    let found = reporter.session.validate(TYPE, &with(&minimal("orders"), &long)).await;
    assert!(!found.has_errors() && found.warnings().count() == 1, "{found}");
    assert_eq!(reporter.manager.requests(), []);
}

#[tokio::test(start_paused = true)]
async fn another_order_or_spelling_of_a_change_by_others_is_shown_and_set_right() {
    let reporter = Reporter::new().await;
    let config = minimal("orders");
    let object = reporter.create(&config).await;
    let path = format!("{PATH}/{}", object.state["id"].as_str().expect("an id"));
    assert_eq!(reporter.manager.call("PATCH", &path, &[], &json!({"port": 9, "schema": "theirs"})).0, 200);
    let (read, _) = reporter.session.read(&object).await;
    assert_eq!((&read.state["port"], &read.state["schema"]), (&json!(9), &json!("theirs")));
    assert_eq!(reporter.session.plan(&read, &config).await.action, Action::Update);
    reporter.forget();
    reporter.session.converge(&read, &config).await;
    assert_eq!(reporter.patched(), json!({"port": 5432, "schema": ""}));
}
