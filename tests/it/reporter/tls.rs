//! `ssl`: sent whole, never read back but for its mode, taken away only with the connection.

use super::*;
use crate::host::Action;

fn ssl(mode: &str) -> Json {
    json!({"mode": mode, "ca": "CA", "cert": "CERT", "key": "KEY"})
}

fn secured(ssl: &Json) -> Json {
    with(&minimal("orders"), &json!({"ssl": ssl}))
}

fn stored(reporter: &Reporter) -> Json {
    reporter.manager.with(|manager| manager.secrets("orders"))["ssl"].clone()
}

#[tokio::test(start_paused = true)]
async fn a_change_of_a_part_sends_all_of_it() {
    let reporter = Reporter::new().await;
    let mut object = reporter.create(&secured(&ssl("require"))).await;
    for (part, value) in [("mode", "verify-ca"), ("ca", "CA2"), ("cert", "CERT2"), ("key", "KEY2")] {
        let mut changed = object.state["ssl"].clone();
        changed[part] = json!(value);
        reporter.forget();
        object = reporter.session.converge(&object, &secured(&changed)).await;
        let whole =
            json!({"mode": changed["mode"], "ca": changed["ca"], "cert": changed["cert"], "key": changed["key"]});
        assert_eq!(reporter.patched(), json!({"ssl": whole}), "{part}");
        assert_eq!(stored(&reporter)[part], value);
    }
    // Other changes leave it alone.
    reporter.forget();
    let config = with(&secured(&object.state["ssl"]), &json!({"port": 1}));
    reporter.session.converge(&object, &config).await;
    assert_eq!(reporter.patched(), json!({"port": 1}));
}

#[tokio::test(start_paused = true)]
async fn parts_that_are_left_out_are_wiped() {
    let reporter = Reporter::new().await;
    let object = reporter.create(&secured(&ssl("require"))).await;
    let object = reporter.session.converge(&object, &secured(&json!({"mode": "require", "ca": "CA"}))).await;
    assert_eq!(stored(&reporter), json!({"mode": "require", "ca": "CA", "cert": "", "key": ""}));
    assert!(object.state["ssl"]["key"].is_null());
}

#[tokio::test(start_paused = true)]
async fn a_write_only_key_is_kept_nowhere_and_sent_with_the_whole() {
    let reporter = Reporter::new().await;
    let hidden = |key: &str, version: i64| {
        secured(&json!({"mode": "require", "ca": "CA", "key_wo": key, "key_wo_version": version}))
    };
    let object = reporter.create(&hidden("HIDDEN", 1)).await;
    assert!(!object.state.to_string().contains("HIDDEN"));
    assert_eq!(stored(&reporter)["key"], "HIDDEN");
    reporter.forget();
    let object = reporter.session.converge(&object, &hidden("OTHER", 2)).await;
    assert_eq!(reporter.patched(), json!({"ssl": {"mode": "require", "ca": "CA", "key": "OTHER"}}));
    assert!(!object.state.to_string().contains("OTHER"));
    reporter.session.converge(&object, &secured(&json!({"mode": "require", "ca": "CA"}))).await;
    assert_eq!(stored(&reporter), json!({"mode": "require", "ca": "CA", "cert": "", "key": ""}));
}

#[tokio::test(start_paused = true)]
async fn taking_it_away_replaces_the_connection() {
    let reporter = Reporter::new().await;
    let object = reporter.create(&secured(&ssl("require"))).await;
    let planned = reporter.session.plan(&object, &minimal("orders")).await;
    assert_eq!((planned.action, &planned.replaces[..]), (Action::Replace, &["ssl".to_owned()][..]));
    let object = reporter.session.converge(&object, &minimal("orders")).await;
    assert!(reporter.shown(&object)["ssl"].is_null());
    // Adding it is a change.
    reporter.forget();
    reporter.session.converge(&object, &secured(&ssl("require"))).await;
    assert_eq!(reporter.patched(), json!({"ssl": ssl("require")}));
}

#[tokio::test(start_paused = true)]
async fn a_mode_that_others_changed_is_drift_and_the_rest_is_believed() {
    let reporter = Reporter::new().await;
    let config = secured(&ssl("require"));
    let object = reporter.create(&config).await;
    let path = format!("{PATH}/{}", object.state["id"].as_str().expect("an id"));
    let theirs = json!({"ssl": {"mode": "disable", "ca": "THEIRS"}});
    assert_eq!(reporter.manager.call("PATCH", &path, &[], &theirs).0, 200);
    let (read, _) = reporter.session.read(&object).await;
    assert_eq!(read.state["ssl"]["mode"], "disable");
    assert_eq!(read.state["ssl"]["ca"], "CA");
    reporter.session.converge(&read, &config).await;
    assert_eq!(stored(&reporter), ssl("require"));
}

#[tokio::test(start_paused = true)]
async fn after_an_import_it_is_sent_once() {
    let reporter = Reporter::new().await;
    let config = secured(&ssl("require"));
    let object = reporter.create(&config).await;
    let imported = reporter.session.import(TYPE, object.state["id"].as_str().expect("an id")).await.expect("an object");
    let shown =
        json!({"mode": "require", "ca": null, "cert": null, "key": null, "key_wo": null, "key_wo_version": null});
    assert_eq!(imported.state["ssl"], shown);
    assert_eq!(reporter.session.plan(&imported, &config).await.action, Action::Update);
    reporter.forget();
    reporter.session.converge(&imported, &config).await;
    assert_eq!(reporter.patched(), json!({"password": "first", "ssl": ssl("require")}));
}
