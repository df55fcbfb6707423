//! What many objects cost together: writes of others do not make a type ask more than it asks for one.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::*;
use crate::host::{Object, Session, settings};

/// As many of each type.
const MANY: usize = 100;
const PLUGIN: &str = "access_control";

/// Applies all of them, so many at a time, as Terraform does it with this parallelism.
async fn created(
    session: &Arc<Session>,
    parallelism: usize,
    type_name: &'static str,
    configs: Vec<Json>,
) -> Vec<Object> {
    let mut running = JoinSet::new();
    let places = Arc::new(Semaphore::new(parallelism));
    for config in configs {
        let (session, places) = (session.clone(), places.clone());
        running.spawn(async move {
            let _place = places.acquire_owned().await.expect("a place");
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
    let connections = created(&session, MANY, "hoop_connection", (0..MANY).map(connection).collect()).await;
    let row =
        |object: &Object| json!({ "plugin_name": PLUGIN, "connection_id": object.state["id"], "config": ["a", "b"] });
    created(&session, MANY, "hoop_plugin_connection", connections.iter().map(row).collect()).await;
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

/// As many as Terraform has under way, not one for each object: a new connection costs a round trip, and with TLS a handshake
/// of two. The check, the lists before a create and the writes use the same ones.
#[tokio::test]
async fn three_hundred_creates_open_as_many_connections_as_are_used_at_once() {
    const TERRAFORMS: usize = 10;
    let emulator = racing();
    let session = Session::start().await;
    assert!(session.configure(settings(&emulator)).await.is_clean());
    let (session, before) = (Arc::new(session), emulator.connections());
    let named = |make: fn(String) -> Json| (0..MANY).map(|index| make(format!("many-{index}"))).collect();
    let group = |name| json!({ "name": name });
    let rule = |name: String| {
        json!({ "name": name, "connections": ["a"], "user_groups": ["sre"],
            "runbooks": [{ "name": "a.sh", "repository": "github.com/example/runbooks" }] })
    };
    created(&session, TERRAFORMS, "hoop_user_group", named(group)).await;
    created(&session, TERRAFORMS, "hoop_api_key", named(|name| json!({ "name": name, "groups": ["sre"] }))).await;
    created(&session, TERRAFORMS, "hoop_runbook_rule", named(rule)).await;
    let opened = emulator.connections() - before;
    assert!((2..=TERRAFORMS).contains(&opened), "{opened} connections");
    let requests = emulator.requests();
    let count = |wanted: &str| requests.iter().filter(|it| format!("{} {}", it.method, it.path) == wanted).count();
    assert_eq!(count("POST /api/users/groups"), MANY);
    assert_eq!(count("GET /api/users/groups"), 0);
    assert_eq!(count("POST /api/runbooks/rules"), MANY);
    // Once in some seconds, not before each create.
    assert!((1..MANY / 2).contains(&count("GET /api/runbooks/rules")));
    assert_eq!(requests.len(), 3 * MANY + 1 + count("GET /api/runbooks/rules"));
    Arc::into_inner(session).expect("all is done").shutdown().await;
}
