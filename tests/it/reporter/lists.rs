//! Data sources: the whole list through its windows and pages, the schema of a database, and whether it can be reached.

use std::time::Duration;

use tokio::time::Instant;

use super::*;

const LIST: &str = "lerian_reporter_connections";

fn names(state: &Json) -> Vec<&str> {
    let connections = state["connections"].as_array().expect("a list");
    connections.iter().map(|it| it["config_name"].as_str().expect("a name")).collect()
}

async fn listed(reporter: &Reporter, query: &Json) -> Json {
    let (state, found) = reporter.session.read_data(LIST, query).await;
    assert!(found.is_clean(), "{found}");
    state
}

#[tokio::test(start_paused = true)]
async fn a_list_is_whole_however_long_and_old_it_is() {
    let reporter = Reporter::new().await;
    for number in 0..205 {
        let record = json!({"configName": format!("many-{number}"), "productName": "reporter"});
        reporter.manager.with(|manager| manager.add_record(record));
    }
    for (name, time) in [("spring", "2026-04-01T00:00:00Z"), ("last-year", "2025-01-02T10:00:00Z")] {
        let record = json!({"configName": name, "productName": "reporter", "createdAt": time});
        reporter.manager.with(|manager| manager.add_record(record));
    }
    let state = listed(&reporter, &json!({})).await;
    let mut found = names(&state);
    assert_eq!(found.len(), 207);
    found.sort_unstable();
    found.dedup();
    assert_eq!(found.len(), 207, "none comes twice");
    assert!(found.contains(&"spring") && found.contains(&"last-year"));
}

/// The manager counts its own records on the first page only.
#[tokio::test(start_paused = true)]
async fn a_list_is_whole_beside_records_of_the_managers_own() {
    let internal = json!({"configName": "onboarding", "host": "127.0.0.1", "port": 5479});
    let manager = ManagerEmulator::builder().with(|manager| manager.add_internal(&internal)).start_here();
    let reporter = Reporter::of(manager, json!({})).await;
    for number in 0..201 {
        let record = json!({"configName": format!("many-{number}"), "productName": "reporter"});
        reporter.manager.with(|manager| manager.add_record(record));
    }
    let state = listed(&reporter, &json!({})).await;
    let found = names(&state).into_iter().filter(|name| name.starts_with("many-")).count();
    assert_eq!(found, 201);
}

/// The manager compares texts with texts only, and takes an empty text for no filter.
#[tokio::test(start_paused = true)]
async fn a_note_is_found_by_what_is_shown_of_it() {
    let reporter = Reporter::new().await;
    let records = [
        ("number", json!({"n": 5, "deep": {"x": 1}})),
        ("text", json!({"n": "5", "on": true})),
        ("none", json!({"n": ""})),
    ];
    for (name, metadata) in records {
        let record = json!({"configName": name, "productName": "reporter", "metadata": metadata});
        reporter.manager.with(|manager| manager.add_record(record));
    }
    for (metadata, expected) in [
        (json!({"n": "5"}), &["text", "number"][..]),
        (json!({"n": "5", "on": "true"}), &["text"]),
        (json!({"deep": "{\"x\":1}"}), &["number"]),
        (json!({"n": ""}), &["none"]),
        (json!({}), &["none", "text", "number"]),
    ] {
        assert_eq!(names(&listed(&reporter, &json!({"metadata": metadata})).await), expected, "{metadata}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_takes_filters() {
    let reporter = Reporter::new().await;
    reporter.create(&with(&minimal("one"), &json!({"metadata": {"team": "a"}}))).await;
    reporter.create(&with(&minimal("two"), &json!({"product_name": "payments", "type": "MYSQL"}))).await;
    for (query, expected) in [
        (json!({"product_name": "payments"}), "two"),
        (json!({"type": "POSTGRESQL"}), "one"),
        (json!({"metadata": {"team": "a"}}), "one"),
    ] {
        assert_eq!(names(&listed(&reporter, &query).await), [expected], "{query}");
    }
    assert_eq!(names(&listed(&reporter, &json!({"metadata": {"team": "b"}})).await), [""; 0]);
    let all = listed(&reporter, &json!({})).await;
    assert_eq!(names(&all).len(), 2);
    assert!(!all.to_string().contains("first") && all["connections"][0].get("password").is_none());
}

#[tokio::test(start_paused = true)]
async fn the_schema_of_a_database_is_shown() {
    let reporter = Reporter::new().await;
    let target = json!({"host": "db.example.com", "port": 5432, "tables": {"orders": ["id", "total"]}});
    reporter.manager.with(|manager| manager.add_target(&target));
    let object = reporter.create(&minimal("orders")).await;
    let query = json!({"connection_id": object.state["id"]});
    let (state, found) = reporter.session.read_data("lerian_reporter_connection_schema", &query).await;
    assert!(found.is_clean(), "{found}");
    assert_eq!(state["tables"][0]["fields"], json!(["id", "total"]));
    assert_eq!((&state["config_name"], &state["type"]), (&json!("orders"), &json!("POSTGRESQL")));
    let nobody = json!({"connection_id": "00000000-0000-4000-8000-000000000000"});
    let (_, found) = reporter.session.read_data("lerian_reporter_connection_schema", &nobody).await;
    assert!(found.say("FET-1001"), "{found}");
    let found =
        reporter.session.validate_data("lerian_reporter_connection_schema", &json!({"connection_id": "x"})).await;
    assert_eq!(found.error_paths(), ["connection_id"], "{found}");
}

#[tokio::test(start_paused = true)]
async fn a_test_says_whether_a_database_can_be_reached() {
    let reporter = Reporter::new().await;
    let object = reporter.create(&minimal("orders")).await;
    let query = json!({"connection_id": object.state["id"]});
    let (state, found) = reporter.session.read_data("lerian_reporter_connection_test", &query).await;
    assert!(found.is_clean(), "that it cannot be reached is an answer: {found}");
    assert_eq!((&state["status"], &state["latency_ms"]), (&json!("failure"), &Json::Null));
    assert!(state["message"].as_str().is_some_and(|words| !words.is_empty()));
    let target = json!({"host": "db.example.com", "port": 5432, "tables": {}});
    reporter.manager.with(|manager| manager.add_target(&target));
    let (state, _) = reporter.session.read_data("lerian_reporter_connection_test", &query).await;
    assert!(state["status"] == "success" && state["latency_ms"].is_number(), "{state}");
}

/// Ten in a minute: the next ones wait as long as the manager says.
#[tokio::test(start_paused = true)]
async fn more_tests_than_the_manager_allows_wait_their_turn() {
    let reporter = Reporter::new().await;
    let target = json!({"host": "db.example.com", "port": 5432, "tables": {}});
    reporter.manager.with(|manager| manager.add_target(&target));
    let object = reporter.create(&minimal("orders")).await;
    let query = json!({"connection_id": object.state["id"]});
    let begun = Instant::now();
    for _ in 0..13 {
        let (state, found) = reporter.session.read_data("lerian_reporter_connection_test", &query).await;
        assert!(found.is_clean() && state["status"] == "success", "{found}");
    }
    assert!((12..=60).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    let requests = reporter.manager.requests().iter().filter(|it| it.path.ends_with("/test")).count();
    assert!(requests <= 20, "{requests}: it does not hammer");
    assert!(begun.elapsed() < Duration::from_secs(60));
}
