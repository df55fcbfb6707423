//! What no trace shows: windows, limits, the switches of the script, the other shape of errors, tokens.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::wire::{Reply, exchange};
use super::super::{Fault, Logged};
use super::ManagerEmulator;

const BASE: &str = "/v1/management/connections";
const PRODUCT: &[(&str, &str)] = &[("X-Product-Name", "reporter")];

fn body(name: &str) -> Value {
    json!({
        "configName": name, "type": "POSTGRESQL", "host": "db.example.com", "port": 5432, "databaseName": "app",
        "userName": "u", "password": "p",
    })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn create(emulator: &ManagerEmulator, body: &Value) -> (u16, Value) {
    emulator.call("POST", BASE, PRODUCT, body)
}

/// The path of a new connection.
fn created(emulator: &ManagerEmulator, body: &Value) -> String {
    let (status, answer) = create(emulator, body);
    assert_eq!(status, 201, "{answer}");
    format!("{BASE}/{}", answer["id"].as_str().unwrap_or_default())
}

fn get(emulator: &ManagerEmulator, path: &str) -> (u16, Value) {
    emulator.call("GET", path, &[], &Value::Null)
}

fn patch(emulator: &ManagerEmulator, path: &str, body: Value) -> (u16, Value) {
    emulator.call("PATCH", path, &[], &body)
}

/// The names that a list shows, and its total.
fn names(emulator: &ManagerEmulator, query: &str) -> (Vec<String>, Value) {
    let (status, page) = get(emulator, &format!("{BASE}?{query}"));
    assert_eq!(status, 200, "{page}");
    let names = page["items"].as_array().into_iter().flatten();
    (names.map(|item| item["configName"].as_str().unwrap_or_default().to_owned()).collect(), page["total"].clone())
}

fn over_the_network(emulator: &ManagerEmulator, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
    let headers: Vec<_> = headers.iter().map(|(name, value)| (String::from(*name), String::from(*value))).collect();
    exchange(&emulator.url(), method, path, &headers, None).expect("an answer")
}

#[test]
fn a_list_looks_at_the_month_that_its_dates_say() {
    let emulator = ManagerEmulator::builder().with(|manager| manager.set_now("2026-03-31T12:00:00Z")).start();
    for (name, created_at) in [
        ("old", "2025-12-01T00:00:00Z"),
        ("left-out", "2026-02-28T23:59:59.999Z"),
        ("first", "2026-03-01T00:00:00Z"),
        ("last", "2026-03-31T00:00:00Z"),
        ("today", "2026-03-31T11:00:00Z"),
    ] {
        emulator.with(|manager| manager.add_record(json!({ "configName": name, "createdAt": created_at })));
    }
    for (query, found) in [
        // The month before tomorrow.
        ("", &["today", "last", "first"][..]),
        ("sortOrder=asc", &["first", "last", "today"]),
        // Both midnights are inside, so walks over months see a record at a midnight twice.
        ("startDate=2026-03-01&endDate=2026-03-31", &["last", "first"]),
        // A month before the end, in days that run over: there is no 31st of February.
        ("startDate=2020-01-01&endDate=2026-03-31", &["last"]),
        ("startDate=2025-12-01", &["old"]),
        ("startDate=2026-03-31&endDate=2026-03-31", &["today", "last"]),
        // An end alone looks back from today.
        ("endDate=2026-03-31", &["last"]),
        ("startDate=2025-11-01&endDate=2025-12-01", &["old"]),
    ] {
        assert_eq!(
            names(&emulator, query),
            (found.iter().map(|name| (*name).into()).collect(), json!(found.len())),
            "{query}"
        );
    }
    assert_eq!(get(&emulator, &format!("{BASE}?endDate=2026-01-01")).1["code"], "FET-0409");
    assert_eq!(get(&emulator, &format!("{BASE}?startDate=2026-02-30")).1["code"], "FET-0408");
    emulator.with(|manager| manager.set_now("2026-05-02T00:00:00Z"));
    assert_eq!(names(&emulator, ""), (Vec::new(), json!(0)));
}

#[test]
fn by_default_a_new_connection_is_in_the_default_window() {
    let emulator = ManagerEmulator::start();
    let path = created(&emulator, &body("new"));
    assert_eq!(names(&emulator, ""), (vec!["new".into()], json!(1)));
    assert!(path.split('/').next_back().is_some_and(|id| id.as_bytes()[14] == b'7'), "{path} ends in a version 7");
    assert!(emulator.with(|manager| manager.change_record("new", &json!({ "createdAt": "2020-01-01T00:00:00Z" }))));
    assert_eq!(names(&emulator, "").0, [""; 0]);
    assert_eq!(get(&emulator, &path).1["createdAt"], "2020-01-01T00:00:00Z");
}

#[test]
fn metadata_is_found_by_the_texts_in_it() {
    let emulator = ManagerEmulator::start();
    created(&emulator, &with(body("one"), "metadata", json!({ "a": { "b": "x" }, "n": 1 })));
    for (query, count) in
        [("metadata.a.b=x", 1), ("metadata.a=x", 0), ("metadata.n=1", 0), ("metadata.a.b=x&metadata.n=1", 0)]
    {
        assert_eq!(names(&emulator, query).1, count, "{query}");
    }
    let long = "k".repeat(65);
    assert_eq!(get(&emulator, &format!("{BASE}?{long}=1")).1["code"], "FET-0405");
    // Base64 of an object is a cursor, whatever the object.
    assert_eq!(names(&emulator, "cursor=e30%3D").1, 1);
}

#[test]
fn bodies_are_read_as_go_reads_them() {
    let emulator = ManagerEmulator::start();
    let code = |body: Value| create(&emulator, &body).1["code"].clone();
    for (port, wanted) in [(json!("5432"), "FET-0001"), (json!(5432.0), "FET-0001"), (json!(0), "FET-0402")] {
        assert_eq!(code(with(body("abc"), "port", port)), wanted);
    }
    assert_eq!(code(json!({ "CONFIGNAME": "abc", "Type": null })), "FET-0402");
    assert_eq!(create(&emulator, &json!({ "configName": "", "port": 0 })).1["message"], "empty request body");
    let number: Value = serde_json::from_str(r#"{"n": 9007199254740993}"#).expect("JSON");
    let path = created(&emulator, &with(body("abc"), "metadata", number));
    assert_eq!(get(&emulator, &path).1["metadata"].to_string(), r#"{"n":9007199254740992}"#);
    let no_type = exchange(&emulator.url(), "PATCH", &path, &[], Some(br#"{"port":1}"#)).expect("an answer");
    assert_eq!(no_type.status, 400);
}

#[test]
fn an_update_replaces_tls_settings_with_a_mode_and_ignores_them_without() {
    let emulator = ManagerEmulator::start();
    let ssl = json!({ "mode": "require", "ca": "ca", "cert": "cert", "key": "key" });
    let path = created(&emulator, &with(body("one"), "ssl", ssl.clone()));
    let stored = || emulator.with(|manager| manager.secrets("one"));
    assert_eq!(patch(&emulator, &path, json!({ "ssl": { "ca": "other" }, "password": "" })).0, 200);
    assert_eq!(stored(), json!({ "password": "", "ssl": ssl }));
    assert_eq!(patch(&emulator, &path, json!({ "ssl": { "mode": "disable", "ca": "other" } })).0, 200);
    assert_eq!(stored()["ssl"], json!({ "mode": "disable", "ca": "other", "cert": "", "key": "" }));
    // The stored mode must suit a new type.
    let (status, refusal) = patch(&emulator, &path, json!({ "type": "MYSQL" }));
    assert_eq!((status, refusal["fields"].get("ssl.mode").is_some()), (400, true));
}

#[test]
fn a_job_refuses_as_often_as_it_is_told_or_until_it_ends() {
    let emulator = ManagerEmulator::start();
    let path = created(&emulator, &body("busy"));
    let rename = || patch(&emulator, &path, json!({ "configName": "busy" })).0;
    emulator.with(|manager| manager.start_job("busy", Some(2)));
    assert_eq!([rename(), rename(), rename()], [409, 409, 200]);
    emulator.with(|manager| manager.start_job("busy", None));
    assert_eq!([rename(), rename(), rename()], [409; 3]);
    emulator.with(|manager| manager.end_jobs());
    assert_eq!(emulator.call("DELETE", &path, &[], &Value::Null).0, 204);
}

#[test]
fn a_record_without_product_waits_for_its_time_and_its_product() {
    let record = json!({ "id": "01a20696-942e-7b24-a355-5f154ad6653a", "configName": "legacy", "after": 1 });
    let emulator = ManagerEmulator::builder().with(|manager| manager.add_record(record)).start();
    let path = format!("{BASE}/01a20696-942e-7b24-a355-5f154ad6653a");
    assert_eq!([(); 2].map(|()| over_the_network(&emulator, "GET", &path, &[]).status), [404, 200]);
    assert_eq!(patch(&emulator, &path, json!({ "port": 1 })).1["code"], "FET-0402");
    assert_eq!(emulator.call("POST", &format!("{path}/assign"), PRODUCT, &Value::Null).0, 200);
    assert_eq!(patch(&emulator, &path, json!({ "port": 1 })).0, 200);
    assert!(emulator.with(|manager| manager.change_record("legacy", &json!({ "productName": null }))));
    assert_eq!(get(&emulator, &format!("{BASE}/unassigned")).1["total"], 1);
}

#[test]
fn internal_datasources_stand_in_every_list_and_in_no_names() {
    let emulator = ManagerEmulator::start();
    let own = json!({ "configName": "own", "host": "10.0.0.1", "type": "MYSQL" });
    emulator.with(|manager| manager.add_internal(&own));
    let path = created(&emulator, &body("own"));
    assert_eq!(names(&emulator, "limit=1&type=mysql"), (vec!["own".into()], json!(1)));
    assert_eq!(names(&emulator, "startDate=2020-01-01"), (vec!["own".into()], json!(1)));
    assert_eq!(names(&emulator, "page=2"), (Vec::new(), json!(1)));
    emulator.with(|manager| {
        manager.add_target(&json!({ "host": "10.0.0.1", "port": 5432, "password": "another" }));
        manager.host_guard = true;
    });
    let internal = get(&emulator, &format!("{BASE}?limit=1")).1["items"][0]["id"].clone();
    let test = |path: &str| emulator.call("POST", &format!("{path}/test"), &[], &Value::Null);
    assert_eq!(test(&format!("{BASE}/{}", internal.as_str().unwrap_or_default())).0, 200);
    assert_eq!(test(&path).1["code"], 500);
}

#[tokio::test(start_paused = true)]
async fn tests_are_limited_for_each_connection_by_the_clock_of_tokio() {
    let emulator = ManagerEmulator::builder().start_here();
    let test = |id: &str| emulator.call("POST", &format!("{BASE}/{id}/test"), &[], &Value::Null);
    let (one, other) = ("01a20696-942e-7b24-a355-5f154ad6653a", "01a20696-942e-7b24-a355-5f154ad6653b");
    // Unknown ids count too.
    assert_eq!([(); 11].map(|()| test(one).0)[8..], [404, 404, 429]);
    tokio::time::advance(Duration::from_millis(500)).await;
    let (status, refusal) = test(one);
    let message = "Connection test limit reached. Try again in 6 seconds.";
    assert_eq!((status, refusal["code"].as_i64(), refusal["message"].as_str()), (429, Some(429), Some(message)));
    assert_eq!(test(other).0, 404);
    tokio::time::advance(Duration::from_millis(5500)).await;
    assert_eq!([test(one).0, test(one).0], [404, 429]);
    tokio::time::advance(Duration::from_secs(3600)).await;
    assert_eq!([(); 11].map(|()| test(one).0)[9..], [404, 429]);
}

#[test]
fn newer_versions_say_what_is_wrong_in_problem_documents() {
    let emulator = ManagerEmulator::builder().with(|manager| manager.problem_json = true).start();
    let reply = over_the_network(&emulator, "PUT", &format!("{BASE}/x"), &[]);
    assert!(reply.head.contains("application/problem+json") && reply.head.contains("GET, HEAD, DELETE, PATCH"));
    let (_, problem) = create(&emulator, &with(body("one"), "host", json!("1db")));
    assert_eq!(problem["type"], "https://errors.lerian.studio/v1/FET-0001");
    assert_eq!((&problem["title"], &problem["status"]), (&json!("Bad Request"), &json!(400)));
    assert_eq!(
        (&problem["errors"][0]["location"], &problem["errors"][0]["value"]),
        (&json!("body.host"), &json!("1db"))
    );
    assert!(problem["detail"].is_string() && problem.get("message").is_none());

    let path = created(&emulator, &body("one"));
    let (status, problem) = emulator.call("POST", &format!("{path}/test"), &[], &Value::Null);
    assert_eq!((status, &problem["code"]), (500, &json!("500")));
    assert_eq!(problem["detail"], "An internal error occurred.");

    let mapped = json!({ "mappedFields": { "ghost": { "t": ["f"] } } });
    let (status, problem) = emulator.call("POST", &format!("{BASE}/validate-schema"), &[], &mapped);
    let error = json!({ "message": "DATA_SOURCE_NOT_FOUND", "location": "body.mappedFields", "value": { "dataSourceId": "ghost" } });
    assert_eq!((status, &problem["errors"]), (422, &json!([error])));
}

#[test]
fn tokens_are_given_to_the_client_and_hold_until_they_are_revoked() {
    let emulator = ManagerEmulator::builder().with(|manager| manager.requires_token = true).start();
    let login = "/auth/v1/login/oauth/access_token";
    let (client_id, client_secret) = emulator.client();
    let ask = |secret: &str, grant: &str| {
        let body = json!({ "grantType": grant, "clientId": client_id, "clientSecret": secret });
        emulator.call("POST", login, &[], &body)
    };
    assert_eq!([ask("wrong", "client_credentials").0, ask(&client_secret, "password").0], [401, 400]);
    emulator.with(|manager| manager.set_token_lifetime(Duration::from_secs(60)));
    let (status, answer) = ask(&client_secret, "client_credentials");
    assert_eq!((status, &answer["tokenType"], &answer["expiresIn"]), (200, &json!("Bearer"), &json!(60)));

    let bearer = format!("Bearer {}", answer["accessToken"].as_str().unwrap_or_default());
    let status = |path: &str, token: &str| over_the_network(&emulator, "GET", path, &[("Authorization", token)]).status;
    assert_eq!([status(BASE, &bearer), status(BASE, "Bearer x"), status("/version", "")], [200, 401, 200]);
    assert_eq!(status("/v1/nothing", ""), 404);
    emulator.with(|manager| manager.revoke_tokens());
    assert_eq!(status(BASE, &bearer), 401);
    let token = emulator.with(|manager| manager.give_token());
    assert_eq!(status(BASE, &format!("Bearer {token}")), 200);
}

#[tokio::test(start_paused = true)]
async fn a_token_ends_by_the_clock_of_tokio() {
    let emulator = ManagerEmulator::builder().start_here();
    let token = emulator.with(|manager| manager.give_token());
    let admits = || emulator.with(|manager| manager.login.admits(Some(&format!("Bearer {token}"))));
    tokio::time::advance(Duration::from_secs(3599)).await;
    assert!(admits());
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(!admits());
}

#[test]
fn old_servers_want_an_organization() {
    let emulator = ManagerEmulator::builder().with(|manager| manager.requires_organization = true).start();
    let ask = |id: &str| over_the_network(&emulator, "GET", BASE, &[("X-Organization-Id", id)]).status;
    assert_eq!([ask(""), ask("acme"), ask("36d70dbc-3a98-4a19-ac08-50612cba069b")], [400, 400, 200]);
}

#[test]
fn faults_and_log_and_request_ids_are_there_over_the_network() {
    let emulator = ManagerEmulator::start();
    emulator.fault(Fault::answer(503).on("GET", BASE));
    assert_eq!(over_the_network(&emulator, "GET", BASE, &[]).status, 503);
    let reply = over_the_network(&emulator, "GET", BASE, &[("X-Request-Id", "trace-1")]);
    assert!(reply.head.contains("x-request-id: trace-1"), "{}", reply.head);
    assert!(over_the_network(&emulator, "GET", "/nope", &[]).head.contains("x-request-id: "));
    let seen = emulator.requests();
    let seen: Vec<_> = seen.iter().map(|Logged { path, acted, status, .. }| (path.as_str(), *acted, *status)).collect();
    assert_eq!(seen, [(BASE, None, Some(503)), (BASE, Some(200), Some(200)), ("/nope", Some(404), Some(404))]);
}
