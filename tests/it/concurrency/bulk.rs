//! Refreshes of many objects at once: how many requests they cost, and whose.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::*;
use crate::host::{AT_ONCE, Object, Session, settings};

const MANY: usize = 60;
const PLUGIN: &str = "access_control";

/// Creates these objects, several at once.
async fn created(emulator: &Emulator, type_name: &'static str, configs: Vec<Json>) -> Vec<Object> {
    let session = Arc::new(Session::with(emulator).await);
    let mut objects = Vec::new();
    for part in configs.chunks(AT_ONCE) {
        let mut running = JoinSet::new();
        for config in part {
            let (session, config) = (session.clone(), config.clone());
            running.spawn(async move {
                let absent = Object::absent(type_name);
                let planned = session.plan(&absent, &config).await;
                let applied = session.apply(&absent, &planned).await;
                assert!(applied.diagnostics.is_clean(), "{}", applied.diagnostics);
                applied.object
            });
        }
        objects.extend(running.join_all().await);
    }
    Arc::into_inner(session).expect("all is done").shutdown().await;
    objects
}

/// Refreshes all of them in a new process, as Terraform does it, and returns them with the requests that it took.
async fn refreshed(emulator: &Emulator, objects: &[Object], refresh: &str) -> (Vec<Object>, Vec<String>) {
    emulator.clear_requests();
    let session = Session::start().await;
    let mut config = settings(emulator);
    config["refresh"] = json!(refresh);
    assert!(session.configure(config).await.is_clean());
    let session = Arc::new(session);
    let mut read = Vec::new();
    for (object, diagnostics) in session.read_together(objects.iter().cloned(), AT_ONCE).await {
        assert!(diagnostics.is_clean(), "{diagnostics}");
        read.push(object);
    }
    Arc::into_inner(session).expect("all is done").shutdown().await;
    let asked = emulator.requests().into_iter().map(|request| format!("{} {}", request.method, request.path));
    (read, asked.collect())
}

/// Those that are for one connection or one row of a plugin.
fn single(asked: &[String]) -> Vec<&String> {
    let is_single = |request: &&String| request.contains("/connections/") || request.contains("/conn/");
    asked.iter().filter(is_single).collect()
}

fn bytes(objects: &[Object]) -> Vec<(Json, Vec<u8>, Json)> {
    objects.iter().map(|object| (object.state.clone(), object.private.clone(), object.identity.clone())).collect()
}

#[tokio::test]
async fn many_connections_are_refreshed_from_lists_and_only_the_changed_one_is_read() {
    let emulator = Emulator::start();
    let connection = |index| {
        json!({ "name": format!("many-{index:02}"), "type": "database", "subtype": "postgres", "agent_id": emulator.agent_id(),
            "secrets": { "envvar:HOST": "h", "envvar:PASS": format!("secret-{index}") }, "reviewers": ["sre"],
            "access_max_duration": 600, "tags": { "team": "a" } })
    };
    let made = created(&emulator, "hoop_connection", (0..MANY).map(connection).collect()).await;

    let (read, asked) = refreshed(&emulator, &made, "auto").await;
    assert!(bytes(&read) == bytes(&made), "nothing has changed");
    assert!(single(&asked).is_empty() && asked.len() <= 10, "{asked:#?}");
    let (each, asked) = refreshed(&emulator, &made, "each").await;
    assert!(bytes(&each) == bytes(&made) && single(&asked).len() == MANY, "{asked:#?}");

    let path = "/api/connections/many-17";
    let secret = json!({ "secret": { "envvar:HOST": "aA==", "envvar:PASS": "bmV3" } });
    assert_eq!(emulator.call("PATCH", path, secret).0, 200);
    emulator.move_clock(60);
    let (read, asked) = refreshed(&emulator, &made, "auto").await;
    assert_eq!(single(&asked), ["GET /api/connections/many-17"], "{asked:#?}");
    let (each, _) = refreshed(&emulator, &made, "each").await;
    let states = |objects: &[Object]| objects.iter().map(|object| object.state.clone()).collect::<Vec<_>>();
    assert!(states(&read) == states(&each) && states(&read) != states(&made));
    // What is kept of the read of the changed one serves the next refresh.
    let (again, asked) = refreshed(&emulator, &read, "auto").await;
    assert!(bytes(&again) == bytes(&read) && single(&asked).is_empty(), "{asked:#?}");
}

#[tokio::test]
async fn many_rows_of_a_plugin_are_read_with_it_and_few_by_themselves() {
    let emulator = Emulator::start();
    assert_eq!(emulator.call("POST", "/api/plugins", json!({ "name": PLUGIN, "connections": [] })).0, 201);
    let connection =
        |index| json!({ "name": format!("many-{index:02}"), "type": "custom", "agent_id": emulator.agent_id() });
    let made = created(&emulator, "hoop_connection", (0..MANY).map(connection).collect()).await;
    let row =
        |object: &Object| json!({ "plugin_name": PLUGIN, "connection_id": object.state["id"], "config": ["a", "b"] });
    let rows = created(&emulator, "hoop_plugin_connection", made.iter().map(row).collect()).await;
    let (read, asked) = refreshed(&emulator, &rows, "auto").await;
    assert!(bytes(&read) == bytes(&rows), "nothing has changed");
    assert!(single(&asked).is_empty() && asked.len() <= 4, "{asked:#?}");
    let (_, asked) = refreshed(&emulator, &rows[..2], "auto").await;
    assert_eq!(single(&asked).len(), 2, "{asked:#?}");
}
