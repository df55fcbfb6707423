//! The connections of a plugin, each written by itself: what fails half way is in the state as far as it came, nobody
//! else's is touched, and the next apply ends the work.

use super::*;
use crate::host::Action;

const PLUGIN: &str = "access_control";

fn row_path(id: &Json) -> String {
    format!("/api/plugins/{PLUGIN}/conn/{}", id.as_str().expect("an id"))
}

/// Ids of connections, in the order in which their rows are written.
fn connections<const N: usize>(emulator: &Emulator) -> [Json; N] {
    let made = |index: usize| {
        let body = json!({"name": format!("row-{index}"), "type": "custom", "agent_id": emulator.agent_id(),
            "access_mode_runbooks": "enabled", "access_mode_exec": "enabled", "access_mode_connect": "enabled",
            "access_schema": "disabled"});
        emulator.call("POST", "/api/connections", body).1["id"].clone()
    };
    let mut ids: Vec<Json> = (0..N).map(made).collect();
    ids.sort_by_key(Json::to_string);
    ids.try_into().expect("as many as were made")
}

fn config(rows: &[(&Json, &str)]) -> Json {
    let rows = rows.iter().map(|(id, group)| json!({"connection_id": id, "config": [group]}));
    json!({"name": PLUGIN, "connections": rows.collect::<Vec<_>>()})
}

/// What the gateway knows: the group of each row, by the connection.
fn stored(emulator: &Emulator, ids: &[Json]) -> Vec<Json> {
    let row = |id: &Json| match emulator.call("GET", &row_path(id), Json::Null) {
        (200, row) => row["config"][0].clone(),
        (404, _) => Json::Null,
        other => panic!("{other:?}"),
    };
    ids.iter().map(row).collect()
}

/// The rows of a state, by the connection.
fn known(object: &Object, ids: &[Json]) -> Vec<Json> {
    let rows = object.state["connections"].as_array().cloned().unwrap_or_default();
    let row = |id: &Json| rows.iter().find(|row| row["connection_id"] == *id).map(|row| row["config"][0].clone());
    ids.iter().map(|id| row(id).unwrap_or_default()).collect()
}

fn groups(groups: [Option<&str>; 4]) -> Vec<Json> {
    groups.map(|group| group.map_or(Json::Null, Json::from)).to_vec()
}

/// A plugin with rows `a` and `b` of ours and one of somebody else, and a change that touches each of ours and adds one.
async fn changing(session: &Session, emulator: &Emulator, ids: &[Json; 4]) -> (Object, Json) {
    let object = session.create("hoop_plugin", &config(&[(&ids[0], "a"), (&ids[1], "b")])).await;
    assert_eq!(emulator.call("PUT", &row_path(&ids[3]), json!({"config": ["theirs"]})).0, 200);
    // The first is changed, the second goes, the third comes.
    (object, config(&[(&ids[0], "a2"), (&ids[2], "c")]))
}

const BEFORE: [Option<&str>; 4] = [Some("a"), Some("b"), None, Some("theirs")];
const AFTER: [Option<&str>; 4] = [Some("a2"), None, Some("c"), Some("theirs")];

#[tokio::test]
async fn an_update_that_fails_half_way_is_kept_as_far_as_it_came() {
    for (what, index, method, half_way) in [
        ("the first", 0, "PUT", BEFORE),
        ("the second", 2, "PUT", [Some("a2"), Some("b"), None, Some("theirs")]),
        ("the removal", 1, "DELETE", [Some("a2"), Some("b"), Some("c"), Some("theirs")]),
    ] {
        for (words, fault) in [("SQLSTATE", permanent()), ("no response", Fault::reset()), ("404", Fault::answer(404))]
        {
            if (method, words) == ("DELETE", "404") {
                continue;
            }
            let emulator = Emulator::start();
            let session = patient(&emulator, 0).await;
            let ids = connections(&emulator);
            let (object, config) = changing(&session, &emulator, &ids).await;
            let fault = fault.on(method, &row_path(&ids[index]));
            let applied = update_under(&session, &emulator, &object, &config, [fault]).await;
            assert!(applied.diagnostics.say(words), "{what}, {words}: {}", applied.diagnostics);
            assert_eq!(applied.diagnostics.error_paths(), ["connections"]);
            assert_eq!(stored(&emulator, &ids), groups(half_way), "{what}, {words}");
            let mut ours = groups(half_way);
            ours[3] = Json::Null;
            assert_eq!(known(&applied.object, &ids), ours, "{what}, {words}: the state tells what is true");

            emulator.clear_requests();
            session.converge(&applied.object, &config).await;
            assert_eq!(stored(&emulator, &ids), groups(AFTER), "{what}, {words}");
            let open = half_way.iter().zip(AFTER).filter(|(half_way, after)| *half_way != after).count();
            assert_eq!(asked(&emulator, "PUT") + asked(&emulator, "DELETE"), open, "{:?}", emulator.requests());
            session.shutdown().await;
        }
    }
}

/// What was written although nobody said so is in the state too.
#[tokio::test]
async fn an_answer_that_is_lost_for_good_is_looked_up() {
    for (method, index) in [("PUT", 0), ("PUT", 2), ("DELETE", 1)] {
        let emulator = Emulator::start();
        let session = patient(&emulator, 0).await;
        let ids = connections(&emulator);
        let (object, config) = changing(&session, &emulator, &ids).await;
        let fault = Fault::lost_answer().on(method, &row_path(&ids[index]));
        let applied = update_under(&session, &emulator, &object, &config, [fault]).await;
        assert!(applied.diagnostics.has_errors());
        let mut wanted = stored(&emulator, &ids);
        assert_eq!(wanted[index], groups(AFTER)[index], "{method} {index} was done");
        wanted[3] = Json::Null;
        assert_eq!(known(&applied.object, &ids), wanted, "{method} {index}");
        session.converge(&applied.object, &config).await;
        assert_eq!(stored(&emulator, &ids), groups(AFTER));
        session.shutdown().await;
    }
}

#[tokio::test]
async fn passing_faults_of_rows_are_waited_out() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 4).await;
    let ids = connections(&emulator);
    let (object, config) = changing(&session, &emulator, &ids).await;
    let faults = [
        Fault::lost_answer().on("PUT", &row_path(&ids[0])),
        Fault::answer(503).on("PUT", &row_path(&ids[2])),
        // The row is gone when the DELETE is sent again.
        Fault::lost_answer().on("DELETE", &row_path(&ids[1])),
    ];
    let applied = update_under(&session, &emulator, &object, &config, faults).await;
    assert!(applied.diagnostics.is_clean(), "{}", applied.diagnostics);
    assert_eq!(stored(&emulator, &ids), groups(AFTER));
    let written = |request: &&crate::emulator::Logged| request.method != "GET";
    assert!(emulator.requests().iter().filter(written).all(|it| !it.path.contains(ids[3].as_str().expect("an id"))));
    session.settled(&applied.object, &config).await;
    session.shutdown().await;
}

/// An adoption adds all that is missing or nothing; else the rows that were added would be nobody's.
#[tokio::test]
async fn an_adoption_that_fails_takes_back_what_it_added() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 0).await;
    let ids = connections::<4>(&emulator);
    assert_eq!(emulator.call("POST", "/api/plugins", json!({"name": PLUGIN, "connections": []})).0, 201);
    for (index, group) in [(0, "a"), (3, "theirs")] {
        assert_eq!(emulator.call("PUT", &row_path(&ids[index]), json!({"config": [group]})).0, 200);
    }
    let untouched = groups([Some("a"), None, None, Some("theirs")]);
    let config = config(&[(&ids[0], "a"), (&ids[1], "b"), (&ids[2], "c")]);
    let refusals = || [permanent().on("PUT", &row_path(&ids[2]))];

    let applied = create_under(&session, &emulator, "hoop_plugin", &config, refusals()).await;
    assert_eq!(applied.diagnostics.error_paths(), ["connections"], "{}", applied.diagnostics);
    assert!(applied.object.state.is_null());
    assert_eq!(stored(&emulator, &ids), untouched, "one that was there already stays");

    // What cannot be taken back is in the state, and the next apply begins with its destruction.
    let stuck = refusals().into_iter().chain([permanent().on("DELETE", &row_path(&ids[1]))]);
    let applied = create_under(&session, &emulator, "hoop_plugin", &config, stuck).await;
    assert!(applied.tainted && applied.diagnostics.has_errors(), "{}", applied.diagnostics);
    assert_eq!(known(&applied.object, &ids), groups([None, Some("b"), None, None]));
    session.destroy(&applied.object).await;
    assert_eq!(stored(&emulator, &ids), untouched);
    session.create("hoop_plugin", &config).await;
    assert_eq!(stored(&emulator, &ids), groups([Some("a"), Some("b"), Some("c"), Some("theirs")]));
    session.shutdown().await;
}

/// A plugin that cannot be created because it exists, and is gone when it is looked for, may be back by now.
#[tokio::test]
async fn a_plugin_that_comes_and_goes_is_adopted() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 0).await;
    let ids = connections::<4>(&emulator);
    let theirs = json!({"name": PLUGIN, "connections": [{"id": ids[3], "config": ["theirs"]}]});
    assert_eq!(emulator.call("POST", "/api/plugins", theirs).0, 201);
    let ours = config(&[(&ids[0], "a")]);
    let not_yet = Fault::answer(404).on("GET", "/api/plugins/");
    let applied = create_under(&session, &emulator, "hoop_plugin", &ours, [not_yet]).await;
    assert!(applied.diagnostics.is_clean(), "{}", applied.diagnostics);
    assert_eq!((asked(&emulator, "POST"), asked(&emulator, "PUT")), (2, 1));
    assert_eq!(stored(&emulator, &ids), groups([Some("a"), None, None, Some("theirs")]));
    session.settled(&applied.object, &ours).await;
    session.shutdown().await;
}

#[tokio::test]
async fn a_destroy_that_fails_keeps_the_rows_that_are_left() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 0).await;
    let ids = connections(&emulator);
    let (object, config) = changing(&session, &emulator, &ids).await;
    let planned = session.plan_destroy(&object).await;
    let fault = permanent().on("DELETE", &row_path(&ids[1]));
    let applied = under(&emulator, [fault], session.apply(&object, &planned)).await;
    assert!(applied.diagnostics.say("SQLSTATE"), "{}", applied.diagnostics);
    assert_eq!(known(&applied.object, &ids), groups([None, Some("b"), None, None]));
    assert_eq!(session.plan(&applied.object, &config).await.action, Action::Update);
    // One that somebody else removed meanwhile is gone as well.
    assert_eq!(emulator.call("DELETE", &row_path(&ids[1]), Json::Null).0, 204);
    let applied = session.destroy(&applied.object).await;
    assert!(!applied.diagnostics.has_errors() && applied.object.state.is_null(), "{}", applied.diagnostics);
    assert_eq!(stored(&emulator, &ids), groups([None, None, None, Some("theirs")]));
    session.shutdown().await;
}

/// What the plan does not change is not written, whatever became of it since; the next plan shows it.
#[tokio::test]
async fn what_others_do_to_a_row_after_the_plan_is_for_the_next_plan() {
    let emulator = Emulator::start();
    let session = patient(&emulator, 0).await;
    let ids = connections::<4>(&emulator);
    let object = session.create("hoop_plugin", &config(&[(&ids[0], "a"), (&ids[1], "b"), (&ids[2], "c")])).await;
    let changed = config(&[(&ids[0], "a2"), (&ids[1], "b"), (&ids[2], "c")]);
    let planned = session.plan(&object, &changed).await;
    assert_eq!(emulator.call("DELETE", &row_path(&ids[1]), Json::Null).0, 204);
    assert_eq!(emulator.call("PUT", &row_path(&ids[2]), json!({"config": ["theirs"]})).0, 200);
    let applied = under(&emulator, [], session.apply(&object, &planned)).await;
    assert!(applied.diagnostics.is_clean(), "{}", applied.diagnostics);
    assert_eq!(asked(&emulator, "PUT") + asked(&emulator, "DELETE"), 1, "{:?}", emulator.requests());
    assert_eq!(stored(&emulator, &ids), groups([Some("a2"), None, Some("theirs"), None]));
    let (read, _) = session.read(&applied.object).await;
    assert_eq!(known(&read, &ids), groups([Some("a2"), None, Some("theirs"), None]), "the refresh shows it");
    session.converge(&read, &changed).await;
    assert_eq!(stored(&emulator, &ids), groups([Some("a2"), Some("b"), Some("c"), None]));
    session.shutdown().await;
}
