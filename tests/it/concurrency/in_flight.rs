//! One process, two hundred applies in flight: on different objects, on the same ones, with a single request at a time,
//! and stopped in the middle.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::*;
use crate::emulator::Logged;
use crate::host::{Applied, Object, Session, settings};

/// What is to become of an object.
#[derive(Clone)]
struct Job {
    prior: Object,
    /// Null: it goes.
    config: Json,
}

impl Job {
    fn create(type_name: &str, config: Json) -> Job {
        Job { prior: Object::absent(type_name), config }
    }

    async fn done(self, session: Arc<Session>) -> (Job, Applied) {
        let planned = match self.config.is_null() {
            true => session.plan_destroy(&self.prior).await,
            false => session.plan(&self.prior, &self.config).await,
        };
        assert!(!planned.diagnostics.has_errors(), "{}", planned.diagnostics);
        let applied = session.apply(&self.prior, &planned).await;
        (self, applied)
    }
}

/// All at once, in the order of the jobs.
async fn all(session: &Arc<Session>, jobs: Vec<Job>) -> Vec<(Job, Applied)> {
    let begun: Vec<_> = jobs.into_iter().map(|job| tokio::spawn(job.done(session.clone()))).collect();
    let ended = async {
        let mut ended = Vec::new();
        for one in begun {
            ended.push(one.await.expect("no test fails in a job"));
        }
        ended
    };
    timeout(FOR_EVER, ended).await.expect("every apply is answered")
}

async fn all_done(session: &Arc<Session>, jobs: Vec<Job>) -> Vec<Object> {
    let ended = all(session, jobs).await;
    let object = |(job, applied): (Job, Applied)| {
        assert!(!applied.diagnostics.has_errors(), "{}: {}", job.config, applied.diagnostics);
        applied.object
    };
    ended.into_iter().map(object).collect()
}

async fn started(emulator: &Emulator, requests: u32) -> Arc<Session> {
    let session = Session::start().await;
    let mut settings = settings(emulator);
    settings["max_concurrent_requests"] = json!(requests);
    assert!(session.configure(settings).await.is_clean());
    Arc::new(session)
}

async fn shutdown(session: Arc<Session>) {
    Arc::into_inner(session).expect("all is done").shutdown().await;
}

const PLUGIN: &str = "access_control";

/// Two hundred jobs on objects that are made here: the jobs, and what is there when they are done.
async fn two_hundred(session: &Arc<Session>, emulator: &Emulator) -> Vec<Job> {
    assert_eq!(emulator.call("POST", "/api/plugins", json!({ "name": PLUGIN, "connections": [] })).0, 201);
    let connections = |kind: &str, mark: &str, count: usize| -> Vec<Json> {
        (0..count).map(|index| connection(emulator, &format!("{kind}-{index}"), mark)).collect()
    };
    let resources = |kind: &str, mark: &str, count: usize| -> Vec<Json> {
        (0..count).map(|index| resource(&format!("{kind}-{index}"), mark)).collect()
    };
    let create = |type_name: &'static str| move |config: Json| Job::create(type_name, config);
    let there: Vec<Job> = connections("changed", "one", 40)
        .into_iter()
        .chain(connections("gone", "one", 30))
        .map(create("hoop_connection"))
        .chain(resources("host", "one", 5).into_iter().map(create("hoop_resource")))
        .collect();
    let there = all_done(session, there).await;
    let id = |object: &Object| object.state["id"].clone();

    let mut jobs: Vec<Job> = connections("new", "one", 60).into_iter().map(create("hoop_connection")).collect();
    jobs.extend(resources("new-host", "one", 15).into_iter().map(create("hoop_resource")));
    let changes = connections("changed", "two", 40).into_iter().zip(&there[..40]);
    jobs.extend(changes.map(|(config, prior)| Job { prior: prior.clone(), config }));
    jobs.extend(there[40..70].iter().map(|prior| Job { prior: prior.clone(), config: Json::Null }));
    let changes = resources("host", "two", 5).into_iter().zip(&there[70..]);
    jobs.extend(changes.map(|(config, prior)| Job { prior: prior.clone(), config }));
    // Rows of one plugin, each an object of its own, and ten that are parts of that plugin itself.
    jobs.extend(there[..40].iter().map(|connection| {
        let row = json!({ "plugin_name": PLUGIN, "connection_id": id(connection), "config": ["row"] });
        Job::create("hoop_plugin_connection", row)
    }));
    // All of them are the same object, held by different states.
    let hosts = there[70..].iter().flat_map(|host| host.state["roles"].as_object().cloned().unwrap_or_default());
    jobs.extend(hosts.take(10).map(|(role, _)| {
        let connection = shown(emulator, &format!("/api/connections/{role}"));
        let rows = json!([{ "connection_id": connection["id"], "config": ["part"] }]);
        Job::create("hoop_plugin", json!({ "name": PLUGIN, "connections": rows }))
    }));
    assert_eq!(jobs.len(), 200);
    jobs
}

#[tokio::test]
async fn two_hundred_applies_in_flight_are_all_done() {
    for requests in [1, 10] {
        let emulator = racing();
        let session = started(&emulator, requests).await;
        let jobs = two_hundred(&session, &emulator).await;
        emulator.clear_requests();
        let configs: Vec<Json> = jobs.iter().map(|job| job.config.clone()).collect();
        let objects = all_done(&session, jobs).await;

        let writes = emulator.requests().into_iter().filter(|request| request.method != "GET");
        let writes: Vec<_> = writes.collect();
        let created = |request: &&Logged| request.method == "POST" && request.acted.is_some_and(|status| status < 300);
        let created = writes.iter().filter(created).count();
        let writes: Vec<_> = writes.into_iter().map(|request| (request.method, request.path, request.body)).collect();
        let twice = writes.iter().enumerate().find(|(index, write)| writes[..*index].contains(*write));
        assert!(twice.is_none(), "was sent twice: {twice:?}");
        assert_eq!(created, 60 + 15, "each new object is created once");

        let expected = |kind: &str, count: usize| (0..count).map(|index| format!("{kind}-{index}")).collect::<Vec<_>>();
        let hosts = [expected("host", 5), expected("new-host", 15)].concat();
        let roles = hosts.iter().flat_map(|host| (0..3).map(move |index| format!("{host}-role-{index}")));
        let connections = [expected("changed", 40), expected("new", 60)].concat().into_iter().chain(roles);
        let missing: Vec<String> = connections
            .filter(|name| emulator.call("GET", &format!("/api/connections/{name}"), Json::Null).0 != 200)
            .collect();
        assert!(missing.is_empty(), "lost: {missing:?}");
        for index in 0..30 {
            assert_eq!(emulator.call("GET", &format!("/api/connections/gone-{index}"), Json::Null).0, 404);
        }
        let rows = rows(&emulator, PLUGIN);
        let of = |word: &str| rows.values().filter(|row| **row == word).count();
        assert_eq!((rows.len(), of("row"), of("part")), (50, 40, 10));
        let settled = objects.into_iter().zip(configs).filter(|(object, _)| !object.state.is_null());
        for (object, config) in settled {
            session.settled(&object, &config).await;
        }
        shutdown(session).await;
    }
}

/// The gateway keeps the last of several PATCHes of one connection, whatever fields they are about: here they wait for
/// each other.
#[tokio::test]
async fn changes_of_one_connection_wait_for_each_other() {
    let emulator = racing();
    let session = started(&emulator, 50).await;
    let base = json!({ "name": "shared", "type": "custom", "agent_id": emulator.agent_id() });
    let object = session.create("hoop_connection", &base).await;
    let changes = [
        ("tags", "connection_tags", json!({ "a": "b" })),
        ("command", "command", json!(["sh"])),
        ("reviewers", "reviewers", json!(["g"])),
        ("redact_types", "redact_types", json!(["EMAIL_ADDRESS"])),
        ("access_mode_exec", "access_mode_exec", json!("disabled")),
        ("access_mode_connect", "access_mode_connect", json!("disabled")),
        ("secrets", "secret", json!({ "envvar:A": "a" })),
        ("mandatory_metadata_fields", "mandatory_metadata_fields", json!(["m"])),
        ("attributes", "attributes", json!(["pci"])),
        // These are written by a PUT of the whole connection.
        ("access_max_duration", "access_max_duration", json!(60)),
        ("min_review_approvals", "min_review_approvals", json!(2)),
        ("force_approve_groups", "force_approve_groups", json!(["sre"])),
    ];
    let change = |(attribute, _, value): &(&str, &str, Json)| {
        let mut config = base.clone();
        config[*attribute] = value.clone();
        Job { prior: object.clone(), config }
    };
    all_done(&session, changes.iter().map(change).collect()).await;
    let now = shown(&emulator, "/api/connections/shared");
    for (_, field, value) in &changes {
        let wanted = if *field == "secret" { json!({ "envvar:A": "YQ==" }) } else { value.clone() };
        assert_eq!(now[*field], wanted, "{field} is lost");
    }
    shutdown(session).await;
}

#[tokio::test]
async fn of_many_creates_of_one_name_one_is_done_and_the_others_say_why_not() {
    let emulator = racing();
    let sessions = [started(&emulator, 50).await, started(&emulator, 50).await];
    for (type_name, config, collection) in [
        ("hoop_connection", connection(&emulator, "same", "one"), "connections"),
        ("hoop_agent", json!({ "name": "same" }), "agents"),
        ("hoop_resource", resource("same-host", "one"), "resources"),
        ("hoop_user", json!({ "email": "same@example.com", "status": "active" }), "users"),
    ] {
        emulator.clear_requests();
        let jobs = || vec![Job::create(type_name, config.clone()); 10];
        let (one, other) = tokio::join!(all(&sessions[0], jobs()), all(&sessions[1], jobs()));
        let ended: Vec<Applied> = one.into_iter().chain(other).map(|(_, applied)| applied).collect();
        let (done, refused): (Vec<_>, Vec<_>) = ended.iter().partition(|applied| !applied.diagnostics.has_errors());
        assert_eq!(done.len(), 1, "{type_name}");
        for applied in refused {
            assert!(applied.object.state.is_null(), "{type_name} is in the state of one who did not make it");
            let import = format!("terraform import {type_name}.NAME");
            // Whose run made it knows that its own configuration names it twice.
            let told = applied.diagnostics.say(&import) || applied.diagnostics.say("It was created by this run");
            assert!(told, "{type_name}: {}", applied.diagnostics);
        }
        let requests = emulator.requests();
        let path = format!("/api/{collection}");
        let made = requests.iter().filter(|it| it.method == "POST" && it.path == path && it.status == Some(201));
        assert_eq!(made.count(), 1, "{type_name}");
        assert!(requests.iter().all(|it| matches!(it.method.as_str(), "GET" | "POST")), "{type_name}: {requests:?}");
    }
    for session in sessions {
        shutdown(session).await;
    }
}

/// Whatever was under way, each apply is answered, and each answer tells what is true.
#[tokio::test]
async fn a_stop_in_the_middle_leaves_states_that_are_true() {
    for (requests, after) in [(1, 20), (10, 1), (10, 100), (50, 100)] {
        let emulator = racing();
        let session = started(&emulator, requests).await;
        let jobs = two_hundred(&session, &emulator).await;
        emulator.clear_requests();
        let stop = async {
            let begun = tokio::time::Instant::now();
            let is_done = |request: &&Logged| request.method != "GET" && request.status.is_some();
            while emulator.requests().iter().filter(is_done).count() < after {
                assert!(begun.elapsed() < FOR_EVER, "the applies do not begin");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            session.stop().await;
        };
        let (ended, ()) = tokio::join!(all(&session, jobs), stop);
        let failed = ended.iter().filter(|(_, applied)| applied.diagnostics.has_errors()).count();
        assert!((1..200).contains(&failed), "{failed} of 200 failed");
        shutdown(session).await;

        let session = started(&emulator, 10).await;
        for (job, applied) in ended {
            let Object { type_name, state, .. } = &applied.object;
            if !state.is_null() {
                let (read, found) = session.read(&applied.object).await;
                assert!(!found.has_errors(), "{found}");
                assert_eq!(read.state, *state, "{type_name}: {}", applied.diagnostics);
                continue;
            }
            let told = if job.config.is_null() { &job.prior.state } else { &job.config };
            let text = |pointer: &str| told.pointer(pointer).and_then(Json::as_str).expect("a text");
            let path = match type_name.as_str() {
                "hoop_connection" => format!("connections/{}", text("/name")),
                "hoop_resource" => format!("resources/{}", text("/name")),
                "hoop_plugin_connection" => format!("plugins/{PLUGIN}/conn/{}", text("/connection_id")),
                // The plugin was there before; of its connections nothing may be left.
                "hoop_plugin" => format!("plugins/{PLUGIN}/conn/{}", text("/connections/0/connection_id")),
                other => panic!("{other} has no job"),
            };
            let (status, shown) = emulator.call("GET", &format!("/api/{path}"), Json::Null);
            assert_eq!(status, 404, "{type_name} is in no state: {shown} {}", applied.diagnostics);
        }
        shutdown(session).await;
    }
}
