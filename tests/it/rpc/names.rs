//! Objects whose key only the system gives: found by their names, where one alone has them.

use serde_json::{Value as Json, json};

use super::{gateway, minimal};
use crate::host::Session;

const TYPES: [&str; 2] = ["hoop_runbook_rule", "hoop_datamasking_rules"];

#[tokio::test]
async fn an_import_and_a_data_source_take_a_name_that_one_object_has() {
    let emulator = gateway();
    let session = Session::with(&emulator).await;
    for type_name in TYPES {
        let object = session.create(type_name, &minimal(&emulator, type_name, "by-name")).await;
        let imported = session.import(type_name, "by-name").await.expect("an object");
        assert_eq!(imported.state["id"], object.state["id"]);
        let (state, found) = session.read_data(type_name, &json!({"name": "by-name"})).await;
        assert!(found.is_clean(), "{found}");
        assert_eq!(state["id"], object.state["id"]);
        let both = json!({"name": "by-name", "id": object.state["id"]});
        assert!(session.validate_data(type_name, &both).await.say("Set either `id`, or `name` to look up "));
    }
    session.shutdown().await;
}

#[tokio::test]
async fn a_name_that_several_have_names_none_of_them() {
    let emulator = gateway();
    let session = Session::with(&emulator).await;
    let config = minimal(&emulator, "hoop_runbook_rule", "twin");
    let ids = [
        session.create("hoop_runbook_rule", &config).await.state["id"].clone(),
        session.create("hoop_runbook_rule", &config).await.state["id"].clone(),
    ];
    let says_both = |text: &str| ids.iter().all(|id| text.contains(id.as_str().expect("text")));
    let found = session.import("hoop_runbook_rule", "twin").await.expect_err("which one?");
    assert!(found.errors().count() == 1 && says_both(&found.to_string()), "{found}");
    let (state, found) = session.read_data("hoop_runbook_rule", &json!({"name": "twin"})).await;
    assert!(state == Json::Null && says_both(&found.to_string()), "{found}");
    session.shutdown().await;
}

#[tokio::test]
async fn a_name_that_nobody_has_is_told_with_the_forms_that_are_taken() {
    let emulator = gateway();
    let session = Session::with(&emulator).await;
    for type_name in TYPES {
        let found = session.import(type_name, "nobody").await.expect_err("nobody");
        assert!(found.say("\"nobody\"") && found.say("ID or NAME"), "{found}");
        let (_, found) = session.read_data(type_name, &json!({"name": "nobody"})).await;
        assert_eq!(found.error_paths(), ["name"], "{found}");
    }
    session.shutdown().await;
}
