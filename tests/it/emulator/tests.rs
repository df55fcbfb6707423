//! What no trace shows: the handle, the faults, and the two other faces of the gateway (masked secrets, old versions).

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::wire::{Reply, exchange};
use super::{AuthKind, Emulator, Fault, Role};

fn bearer(key: &str) -> (String, String) {
    ("Authorization".into(), format!("Bearer {key}"))
}

fn get(emulator: &Emulator, path: &str) -> std::io::Result<Reply> {
    exchange(&emulator.api_url(), "GET", path, &[bearer(&emulator.api_key())], None)
}

fn status_of(emulator: &Emulator, path: &str) -> Option<u16> {
    get(emulator, path).ok().map(|reply| reply.status)
}

fn connection(emulator: &Emulator, more: Value) -> Value {
    let mut body = json!({
        "name": "one", "type": "custom", "agent_id": emulator.agent_id(), "access_mode_runbooks": "enabled",
        "access_mode_exec": "enabled", "access_mode_connect": "enabled", "access_schema": "disabled",
    });
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    body
}

fn created(emulator: &Emulator, more: Value) -> Value {
    let (status, answer) = emulator.call("POST", "/api/connections", connection(emulator, more));
    assert_eq!(status, 201, "{answer}");
    answer
}

fn shown(emulator: &Emulator) -> Value {
    emulator.call("GET", "/api/connections/one", Value::Null).1
}

#[test]
fn masked_secrets_show_references_only_and_null_keeps_the_stored_value() {
    let emulator = Emulator::builder().masked_secrets(true).start();
    // The second is base64 of `_aws:s:k`, the third the same reference as it is.
    let secret = json!({ "envvar:A": "YQ==", "envvar:B": "X2F3czpzOms=", "envvar:C": "_aws:s:k" });
    let masked = json!({ "envvar:A": null, "envvar:B": "X2F3czpzOms=", "envvar:C": null });
    assert_eq!(created(&emulator, json!({ "secret": secret }))["secret"], masked);
    assert_eq!(shown(&emulator)["secret"], masked);

    let patch = json!({ "secret": { "envvar:A": null, "envvar:NEW": null, "envvar:C": "" } });
    assert_eq!(emulator.call("PATCH", "/api/connections/one", patch).0, 200);
    emulator.set_masked_secrets(false);
    assert_eq!(shown(&emulator)["secret"], json!({ "envvar:A": "YQ==", "envvar:NEW": "", "envvar:C": "" }));

    emulator.set_masked_secrets(true);
    let put = connection(&emulator, json!({ "secret": { "envvar:A": null } }));
    assert_eq!(emulator.call("PUT", "/api/connections/one", put).0, 200);
    emulator.set_masked_secrets(false);
    assert_eq!(shown(&emulator)["secret"], json!({ "envvar:A": "YQ==" }));
}

#[test]
fn an_old_gateway_neither_takes_nor_shows_what_came_later() {
    let emulator = Emulator::builder().version("1.49.10").start();
    assert_eq!(status_of(&emulator, "/api/serverinfo"), Some(401), "no named keys");
    let header = ("Api-Key".to_owned(), emulator.legacy_api_key());
    let reply = exchange(&emulator.api_url(), "GET", "/api/serverinfo", &[header], None).expect("an answer");
    assert!(reply.head.to_lowercase().contains("server: hoopgateway/1.49.10"), "{}", reply.head);
    assert!(String::from_utf8_lossy(&reply.body).contains(r#""version":"1.49.10""#));

    created(&emulator, json!({ "attributes": ["a"], "mandatory_metadata_fields": ["m"], "secret": { "K": "eA==" } }));
    let later = ["attributes", "mandatory_metadata_fields", "effective_features", "secrets_updated_at"];
    assert!(later.iter().all(|field| shown(&emulator).get(field).is_none()));
    assert_eq!(emulator.call("GET", "/api/attributes", Value::Null), (404, json!("404 page not found")));
    assert_eq!(emulator.call("GET", "/api/resources", Value::Null).1["pages"]["total"], 1);
    let no_subtype = json!({ "name": "r", "type": "custom", "env_vars": {} });
    assert_eq!(emulator.call("POST", "/api/resources", no_subtype).0, 400);

    // Nothing was kept that a newer version would show.
    emulator.set_version("1.148.0");
    assert_eq!(shown(&emulator)["attributes"], json!([]));
    assert_eq!(shown(&emulator)["mandatory_metadata_fields"], json!([]));
}

#[test]
fn a_patch_copies_what_the_resource_adds() {
    let emulator = Emulator::start();
    let resource = json!({ "name": "res", "type": "custom", "env_vars": { "A": "r", "B": "r" } });
    assert_eq!(emulator.call("POST", "/api/resources", resource).0, 201);
    let answer = created(&emulator, json!({ "resource_name": "res", "secret": { "A": "own" } }));
    assert_eq!(answer["secret"], json!({ "A": "own", "B": "r" }));
    assert_eq!(shown(&emulator)["secret"], json!({ "A": "own" }));
    emulator.call("PATCH", "/api/connections/one", json!({}));
    assert_eq!(shown(&emulator)["secret"], json!({ "A": "own", "B": "r" }));
}

#[test]
fn a_save_brings_default_rows_back_and_keeps_their_ids_and_configs() {
    let emulator = Emulator::start();
    let id = created(&emulator, json!({}))["id"].as_str().unwrap_or_default().to_owned();
    let row = |plugin: &str| emulator.call("GET", &format!("/api/plugins/{plugin}/conn/{id}"), Value::Null);
    let slack = emulator.call("PUT", &format!("/api/plugins/slack/conn/{id}"), json!({ "config": ["C"] })).1;
    assert_eq!(emulator.call("PUT", "/api/plugins/x", json!({ "name": "audit", "connections": [] })).0, 200);
    assert_eq!(row("audit").0, 404);
    assert_eq!(emulator.call("PATCH", "/api/connections/one", json!({ "reviewers": ["r"] })).0, 200);
    assert_eq!(row("audit").1["config"], Value::Null);
    assert_eq!((&row("slack").1["id"], &row("slack").1["config"]), (&slack["id"], &json!(["C"])));
    assert_eq!(row("review").1["config"], json!(["r"]));
}

#[test]
fn slack_takes_both_tokens_and_cannot_be_cleared() {
    let emulator = Emulator::start();
    let put = |plugin: &str, body| emulator.call("PUT", &format!("/api/plugins/{plugin}/config"), body);
    let (status, slack) = put("slack", json!({ "SLACK_BOT_TOKEN": "eA==", "SLACK_APP_TOKEN": "eA==" }));
    assert_eq!((status, &slack["config"]["envvars"]["SLACK_BOT_TOKEN"]), (200, &json!("eA==")));
    assert_eq!(put("slack", json!({})).0, 400);
    assert_eq!(put("audit", json!({ "A": "eA==" })).0, 200);
    assert_eq!(put("audit", json!({})).1["config"], Value::Null);
}

#[test]
fn masking_rules_lose_connections_and_attributes_that_go() {
    let emulator = Emulator::builder().masking(true).start();
    let connection = created(&emulator, json!({}));
    let body = json!({ "name": "m", "connection_ids": [connection["id"]], "attributes": ["a"] });
    let rule = emulator.call("POST", "/api/datamasking-rules", body).1;
    let path = format!("/api/datamasking-rules/{}", rule["id"].as_str().unwrap_or_default());
    assert_eq!(emulator.call("DELETE", "/api/connections/one", Value::Null).0, 204);
    assert_eq!(emulator.call("DELETE", "/api/attributes/a", Value::Null).0, 204);
    let shown = emulator.call("GET", &path, Value::Null).1;
    assert_eq!((&shown["connection_ids"], &shown["attributes"]), (&Value::Null, &json!([])));
}

#[test]
fn one_repository_in_two_spellings_is_taken() {
    let emulator = Emulator::start();
    let post = |url| emulator.call("POST", "/api/runbooks/configurations", json!({ "git_url": url }));
    assert_eq!(post("git@host:org/repo.git").1["repository"], "host/org/repo");
    assert_eq!(post("https://host/org/repo").0, 409);
    assert_eq!(post("ssh://git@host/org/other").1["repository"], "host/org/other");
}

#[test]
fn keys_made_over_the_network_have_the_role_of_their_groups() {
    let emulator = Emulator::start();
    let status = |groups: Value| {
        let key = emulator.call("POST", "/api/api-keys", json!({ "name": groups.to_string(), "groups": groups })).1;
        let headers = [bearer(key["key"].as_str().unwrap_or_default())];
        let reply = exchange(&emulator.api_url(), "GET", "/api/runbooks/configurations", &headers, None);
        reply.expect("an answer").status
    };
    assert_eq!([json!(["dev"]), json!(["auditor"]), json!(["admin"])].map(status), [403, 200, 200]);
}

#[test]
fn roles_limit_what_a_key_may_do_and_see() {
    let emulator = Emulator::start();
    created(&emulator, json!({ "secret": { "A": "YQ==" } }));
    let headers = [bearer(&emulator.add_api_key("std", Role::Standard))];
    let ask = |method, path| exchange(&emulator.api_url(), method, path, &headers, None).expect("an answer");
    assert_eq!(ask("DELETE", "/api/connections/nope").status, 403);
    let body: Value = serde_json::from_slice(&ask("GET", "/api/connections/one").body).expect("JSON");
    assert_eq!(body["secret"], json!({}));
}

#[test]
fn the_log_has_each_request_with_its_kind_of_credential() {
    let emulator = Emulator::start();
    let url = emulator.api_url();
    exchange(&url, "POST", "/api/agents?x=1", &[bearer(&emulator.api_key())], Some(br#"{"name":"abc"}"#)).expect("ok");
    exchange(&url, "GET", "/api/agents", &[("Api-Key".into(), "xapi-no".into())], None).expect("an answer");
    emulator.call("GET", "/api/agents", Value::Null);
    let seen = emulator.requests();
    let auth: Vec<_> = seen.iter().map(|entry| (entry.method.as_str(), entry.auth, entry.status)).collect();
    assert_eq!(auth, [("POST", AuthKind::Bearer, Some(201)), ("GET", AuthKind::ApiKey, Some(401))]);
    assert_eq!((seen[0].path.as_str(), &seen[0].body), ("/api/agents?x=1", &Some(json!({ "name": "abc" }))));
    emulator.clear_requests();
    assert_eq!(emulator.requests(), []);
}

#[test]
fn scripted_answers_come_instead_of_the_gateways() {
    let emulator = Emulator::start();
    emulator.fault(Fault::answer(429).header("Retry-After", "7").body("slow").on("GET", "/api/agents"));
    let reply = get(&emulator, "/api/agents").expect("an answer");
    assert_eq!((reply.status, reply.body.as_slice()), (429, b"slow".as_slice()));
    assert!(reply.head.to_lowercase().contains("retry-after: 7"));
    assert_eq!(status_of(&emulator, "/api/agents"), Some(200));

    emulator.fault(Fault::html(200));
    assert!(get(&emulator, "/api/agents").expect("an answer").body.starts_with(b"<!DOCTYPE html>"));
    emulator.fault(Fault::truncated());
    let reply = get(&emulator, "/api/agents").expect("an answer");
    assert!(reply.status == 200 && serde_json::from_slice::<Value>(&reply.body).is_err());

    emulator.fault(Fault::answer(503).forever());
    assert_eq!([0; 3].map(|_| status_of(&emulator, "/api/agents")), [Some(503); 3]);
    emulator.clear_faults();
    assert_eq!(status_of(&emulator, "/api/agents"), Some(200));
}

#[test]
fn a_reset_comes_before_the_act_and_a_lost_answer_after_it() {
    let emulator = Emulator::start();
    for (fault, there) in [(Fault::reset(), 404), (Fault::lost_answer(), 200)] {
        emulator.fault(fault.on("POST", "/api/agents"));
        let key = [bearer(&emulator.api_key())];
        let reply = exchange(&emulator.api_url(), "POST", "/api/agents", &key, Some(br#"{"name":"abc"}"#));
        assert_eq!(reply.expect_err("no answer").kind(), ErrorKind::ConnectionReset);
        assert_eq!(emulator.requests().last().map(|entry| entry.status), Some(None));
        assert_eq!(emulator.call("GET", "/api/agents/abc", Value::Null).0, there);
    }
}

#[test]
fn delays_delay_and_a_hang_ends_with_the_server() {
    let emulator = Emulator::start();
    emulator.fault(Fault::delay(Duration::from_millis(50)));
    let begun = Instant::now();
    assert_eq!(status_of(&emulator, "/api/agents"), Some(200));
    assert!(begun.elapsed() >= Duration::from_millis(50));

    emulator.fault(Fault::hang());
    std::thread::scope(|scope| {
        let hanging = scope.spawn(|| get(&emulator, "/api/agents").is_err());
        // The log has the request as soon as it hangs.
        while emulator.requests().len() < 2 {
            std::thread::yield_now();
        }
        emulator.stop();
        assert!(hanging.join().expect("the client did not panic"));
    });
}

#[test]
fn a_gateway_that_was_down_has_kept_everything() {
    let emulator = Emulator::start();
    created(&emulator, json!({}));
    assert!(emulator.set_managed_by("one", Some("hoop")) && !emulator.set_managed_by("two", None));
    emulator.stop();
    assert_eq!(get(&emulator, "/api/agents").expect_err("nobody listens").kind(), ErrorKind::ConnectionRefused);
    emulator.restart();
    let reply = get(&emulator, "/api/connections/one").expect("an answer");
    let body: Value = serde_json::from_slice(&reply.body).expect("JSON");
    assert_eq!(body["managed_by"], "hoop");
}

#[test]
fn what_a_protection_profile_makes_counts_and_changes_with_the_profile_alone() {
    let emulator = Emulator::start();
    let attributes = |emulator: &Emulator| shown(emulator)["attributes"].clone();
    created(&emulator, json!({ "attributes": ["mine"] }));
    emulator.apply_profile(Some("protection-permissive"));
    let free = "hoop_protection_profile-protection_permissive";
    assert_eq!(attributes(&emulator), json!([free, "mine"]));
    assert_eq!(emulator.call("POST", "/api/guardrails", json!({ "name": "mine" })).0, 403);
    let (_, rules) = emulator.call("GET", "/api/guardrails", Value::Null);
    let path = format!("/api/guardrails/{}", rules[0]["id"].as_str().expect("the managed rule"));
    assert_eq!(emulator.call("PUT", &path, json!({ "name": "mine" })).0, 400);
    assert_eq!(emulator.call("DELETE", &format!("/api/attributes/{free}"), Value::Null).0, 400);

    emulator.apply_profile(Some("protection-high"));
    assert_eq!(attributes(&emulator), json!(["hoop_protection_profile-protection_high", "mine"]));
    assert_eq!(emulator.call("GET", "/api/guardrails", Value::Null).1[0]["id"], rules[0]["id"]);
    let path = "/api/access-requests/rules/Hoop-JIT_2_hours";
    let (_, mut rule) = emulator.call("GET", path, Value::Null);
    rule["min_approvals"] = json!(2);
    rule["description"] = json!("ignored");
    let (status, changed) = emulator.call("PUT", path, rule.clone());
    assert_eq!((status, &changed["min_approvals"]), (200, &json!(2)));
    assert_ne!(changed["description"], "ignored");
    rule["access_max_duration"] = json!(60);
    assert_eq!(emulator.call("PUT", path, rule).0, 400);

    emulator.apply_profile(None);
    assert_eq!(attributes(&emulator), json!(["mine"]));
    assert_eq!(emulator.call("GET", "/api/guardrails", Value::Null).1, json!([]));
    assert_eq!(emulator.call("GET", path, Value::Null).0, 404);
}
