//! What many objects cost together: writes of others do not make a type ask more than it asks for one.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::*;
use crate::host::{Object, Session, settings};

/// As many of each type.
const MANY: usize = 100;
const PLUGIN: &str = "access_control";

/// Applies all of them at once, as Terraform does it with a parallelism that large.
async fn created(session: &Arc<Session>, type_name: &'static str, configs: Vec<Json>) -> Vec<Object> {
    let mut running = JoinSet::new();
    for config in configs {
        let session = session.clone();
        running.spawn(async move {
            let absent = Object::absent(type_name);
            let planned = session.plan(&absent, &config).await;
            let applied = session.apply(&absent, &planned).await;
            assert!(applied.diagnostics.is_clean(), "{}", applied.diagnostics);
            applied.object
        });
    }
    running.join_all().await
}

#[tokio::test]
async fn connections_and_their_plugin_settings_cost_three_requests_each() {
    let emulator = Emulator::start();
    assert_eq!(emulator.call("POST", "/api/plugins", json!({ "name": PLUGIN, "connections": [] })).0, 201);
    let session = Session::start().await;
    assert!(session.configure(settings(&emulator)).await.is_clean());
    let session = Arc::new(session);
    let connection = |index| {
        json!({ "name": format!("many-{index}"), "type": "database", "subtype": "postgres", "agent_id": emulator.agent_id(),
            "secrets": { "envvar:HOST": "h" }, "reviewers": ["sre"], "tags": { "team": "a" } })
    };
    let connections = created(&session, "hoop_connection", (0..MANY).map(connection).collect()).await;
    let row =
        |object: &Object| json!({ "plugin_name": PLUGIN, "connection_id": object.state["id"], "config": ["a", "b"] });
    created(&session, "hoop_plugin_connection", connections.iter().map(row).collect()).await;
    let mut asked: BTreeMap<String, usize> = BTreeMap::new();
    for request in emulator.requests() {
        let part = |part: &str| if part.len() == 36 { "ID".to_owned() } else { part.to_owned() };
        let path: Vec<String> = request.path.split('/').map(part).collect();
        *asked.entry(format!("{} {}", request.method, path.join("/"))).or_default() += 1;
    }
    let wanted = [
        ("GET /api/plugins/access_control/conn/ID", MANY),
        ("GET /api/userinfo", 1),
        ("POST /api/connections", MANY),
        ("PUT /api/plugins/access_control/conn/ID", MANY),
    ];
    assert_eq!(asked, wanted.map(|(request, count)| (request.to_owned(), count)).into());
    Arc::into_inner(session).expect("all is done").shutdown().await;
}
