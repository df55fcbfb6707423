//! The ways in which somebody else changes a connection. A new way is a line here and is tried under every trouble.

use serde_json::{Value as Json, json};

use crate::emulator::Emulator;

pub(super) struct Way {
    pub(super) name: &'static str,
    pub(super) change: fn(&Emulator, &str),
    /// It changes the secrets and leaves their stamp as it is.
    pub(super) is_silent: bool,
    /// Its entry in the log does not say which connection was changed.
    pub(super) names_nothing: bool,
}

const fn way(name: &'static str, change: fn(&Emulator, &str)) -> Way {
    Way { name, change, is_silent: false, names_nothing: false }
}

const fn silent(name: &'static str, change: fn(&Emulator, &str)) -> Way {
    Way { name, change, is_silent: true, names_nothing: false }
}

const fn nameless(name: &'static str, change: fn(&Emulator, &str)) -> Way {
    Way { name, change, is_silent: true, names_nothing: true }
}

pub(super) const WAYS: &[Way] = &[
    way("a PATCH of the secrets", |it, name| patch(it, name, json!({ "secret": { "envvar:MARK": "Yg==" } }))),
    way("a PATCH by id", |it, name| {
        let id = get(it, name)["id"].clone();
        patch(it, id.as_str().expect("an id"), json!({ "secret": {} }));
    }),
    way("a PATCH of a list", |it, name| patch(it, name, json!({ "tags": ["x"], "reviewers": ["sre"] }))),
    way("a PUT of a limit", |it, name| put(it, name, |body| body["access_max_duration"] = json!(1800))),
    way("a PATCH that fails after its change", |it, name| {
        let body = json!({ "command": ["six"], "attributes": ["x".repeat(300)] });
        assert_eq!(it.call("PATCH", &format!("/api/connections/{name}"), body).0, 500);
    }),
    way("a DELETE", delete),
    way("a DELETE and a POST", |it, name| {
        let mut body = get(it, name);
        delete(it, name);
        body["secret"] = json!({ "envvar:MARK": "Yw==" });
        assert_eq!(it.call("POST", "/api/connections", body).0, 201);
    }),
    way("an agent's definition", |it, name| {
        assert!(it.set_managed_by(name, Some("hoopagent")));
        assert!(it.overwrite_secret(name, &[("envvar:MARK", "ZA==")]));
    }),
    way("variables of the resource", |it, name| {
        with_variables(it, name, json!({ "envvar:R": "cg==" }));
        patch(it, name, json!({}));
    }),
    silent("variables of the resource that went again", |it, name| {
        with_variables(it, name, json!({ "envvar:R": "cg==" }));
        patch(it, name, json!({}));
        with_variables(it, name, json!({}));
    }),
    silent("a PUT of the merged view", |it, name| {
        with_variables(it, name, json!({ "envvar:R": "cg==" }));
        put(it, name, |body| body["secret"]["envvar:R"] = json!("cg=="));
        with_variables(it, name, json!({}));
    }),
    silent("a tool", |it, name| tool(it, &message(name, "dG9vbA=="))),
    silent("a tool, by id", |it, name| {
        let id = get(it, name)["id"].clone();
        tool(it, &message(id.as_str().expect("an id"), "dG9vbA=="));
    }),
    nameless("a batch of tools", |it, name| tool(it, &json!([message(name, "dG9vbA==")]))),
    nameless("a proposal", |it, name| it.apply_proposal(Some(name), name, &[("envvar:MARK", "cHJvcA==")])),
    nameless("a batch of proposals", |it, name| it.apply_proposal(None, name, &[("envvar:MARK", "cHJvcA==")])),
];

fn get(emulator: &Emulator, name: &str) -> Json {
    let (status, body) = emulator.call("GET", &format!("/api/connections/{name}"), Json::Null);
    assert_eq!(status, 200, "{body}");
    body
}

fn patch(emulator: &Emulator, name: &str, body: Json) {
    let (status, answer) = emulator.call("PATCH", &format!("/api/connections/{name}"), body);
    assert_eq!(status, 200, "{answer}");
}

fn put(emulator: &Emulator, name: &str, change: impl Fn(&mut Json)) {
    let mut body = get(emulator, name);
    change(&mut body);
    let (status, answer) = emulator.call("PUT", &format!("/api/connections/{name}"), body);
    assert_eq!(status, 200, "{answer}");
}

fn delete(emulator: &Emulator, name: &str) {
    assert_eq!(emulator.call("DELETE", &format!("/api/connections/{name}"), Json::Null).0, 204);
}

fn with_variables(emulator: &Emulator, name: &str, variables: Json) {
    let path = format!("/api/resources/{name}");
    let mut body = emulator.call("GET", &path, Json::Null).1;
    body["env_vars"] = variables;
    let (status, answer) = emulator.call("PUT", &path, body);
    assert_eq!(status, 200, "{answer}");
}

fn message(name: &str, secret: &str) -> Json {
    let arguments = json!({ "name": name, "secrets": { "envvar:MARK": secret } });
    let params = json!({ "name": "connections_update", "arguments": arguments });
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params })
}

fn tool(emulator: &Emulator, body: &Json) {
    let (status, answer) = emulator.call("POST", "/api/mcp", body.clone());
    assert!(status == 200 && answer.as_str().is_some_and(|text| !text.contains("isError")), "{answer}");
}
