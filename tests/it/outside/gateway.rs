//! Ways to change objects of the gateway that no table tells: the rows of its plugins, the resource of a connection, its MCP
//! server, and the writes that change secrets and leave the time of their last change as it was.

use serde_json::{Value as Json, json};

use super::changes::Change;
use super::site::{Done, Site};
use crate::subject::kinds::KINDS;

/// The tool of the MCP server that updates an object of this type, and what it wants to be repeated.
pub(super) fn tool(type_name: &str) -> Option<(&'static str, &'static [&'static str])> {
    Some(match type_name {
        "hoop_connection" => ("connections_update", &["name"]),
        "hoop_guardrail_rule" => ("guardrails_update", &["id", "name"]),
        "hoop_attribute" => ("attributes_update", &["name"]),
        "hoop_datamasking_rules" => ("datamasking_rules_update", &["id"]),
        "hoop_runbook_rule" => ("runbook_rules_update", &["id"]),
        "hoop_access_request_rule" => (
            "access_request_rules_update",
            &[
                "name",
                "access_type",
                "connection_names",
                "approval_required_groups",
                "reviewers_groups",
                "all_groups_must_approve",
                "min_approvals",
            ],
        ),
        _ => return None,
    })
}

/// What a tool calls a field.
pub(super) fn argument(wire: &str) -> &str {
    match wire {
        "secret" => "secrets",
        "connection_tags" => "tags",
        wire => wire,
    }
}

pub(super) fn changes(type_name: &str) -> Vec<Change> {
    match type_name {
        "hoop_connection" => connections(),
        "hoop_resource" => resources(),
        "hoop_plugin_connection" => rows(),
        "hoop_event_subscription" => vec![Change::new(Some("status"), "paused", |site| {
            site.ask("POST", &format!("{}/pause", site.path()), Json::Null)
        })],
        "hoop_api_key" | "hoop_ai_agent" => vec![Change::new(None, "revoked and made valid again", |site| {
            site.delete().and(|| site.ask("POST", &format!("{}/reactivate", site.path()), Json::Null))
        })],
        _ => Vec::new(),
    }
}

/// Configurations of objects that are only looked at: connections of every kind, every second one with secrets. Of each
/// the configuration that it begins with.
pub(super) fn neighbours(type_name: &str, config: impl Fn(usize) -> Json) -> Vec<Json> {
    let kinds = if type_name == "hoop_connection" { KINDS } else { &[] };
    let kind = |(index, (kind, subtype)): (usize, &(&str, &str))| {
        let mut config = config(index);
        (config["type"], config["subtype"]) = (json!(kind), json!(subtype));
        if index % 2 == 0 {
            config["secrets"] = json!({"envvar:HOST": "db.internal", "envvar:DB": "orders"});
        }
        config
    };
    kinds.iter().enumerate().map(kind).collect()
}

/// In base64.
const TEXT: &str = "Y2hhbmdlZA==";

fn resource_path(site: &Site<'_>) -> String {
    format!("resources/{}", site.raw["resource_name"].as_str().unwrap_or_default())
}

/// The resource of a connection, written with another value there.
fn put_resource(site: &Site<'_>, field: &str, value: Json) -> Done {
    let path = resource_path(site);
    let mut resource = site.subject.get(&path);
    resource[field] = value;
    if resource["env_vars"].is_null() {
        resource["env_vars"] = json!({});
    }
    site.ask("PUT", &path, resource)
}

fn share_variables(site: &Site<'_>) -> Done {
    put_resource(site, "env_vars", json!({"envvar:SHARED": "c2hhcmVk"}))
}

/// The secrets of the connection and those of its resource, in one map.
fn merged(site: &Site<'_>) -> Json {
    let mut secret = site.raw["secret"].clone();
    let shared = site.subject.get(&resource_path(site));
    for (key, value) in shared["env_vars"].as_object().into_iter().flatten() {
        secret[key] = value.clone();
    }
    secret
}

fn connections() -> Vec<Change> {
    let secrets = |way: &'static str, act: fn(&Site<'_>) -> Done| Change::new(Some("secrets"), way, act);
    let mut found = vec![
        secrets("PATCH of the same secrets", |site| site.patch("secret", &site.raw["secret"])),
        secrets("PATCH of no secrets", |site| site.patch("secret", &json!({}))),
        secrets("PUT without secrets", |site| site.put("secret", &Json::Null)),
        secrets("PATCH that copies variables of the resource", |site| {
            site.patch("connection_tags", &site.raw["connection_tags"])
        })
        .after(share_variables),
        secrets("variables of the resource, and a PATCH that copies them", |site| {
            share_variables(site).and(|| site.patch("connection_tags", &site.raw["connection_tags"]))
        }),
        secrets("PUT of what the connection and its resource have together", |site| site.put("secret", &merged(site)))
            .after(share_variables),
        secrets("the same, with the variables", |site| share_variables(site).and(|| site.put("secret", &merged(site)))),
        secrets("MCP", |site| {
            site.mcp("connections_update", &json!({"name": site.raw["name"], "secrets": {"envvar:CHANGED": TEXT}}))
        }),
        secrets("MCP by id", |site| {
            site.mcp("connections_update", &json!({"name": site.raw["id"], "secrets": {"envvar:CHANGED": TEXT}}))
        }),
        secrets("MCP of no secrets", |site| {
            site.mcp("connections_update", &json!({"name": site.raw["name"], "secrets": {}}))
        }),
        secrets("PUT by id", |site| {
            let mut body = site.raw.clone();
            body["secret"] = json!({"envvar:CHANGED": TEXT});
            site.ask("PUT", &format!("connections/{}", site.raw["id"].as_str().unwrap_or_default()), body)
        }),
        secrets("made anew by MCP", |site| {
            let made = json!({"name": site.raw["name"], "type": site.raw["type"], "agent_id": site.raw["agent_id"],
                "secrets": site.raw["secret"]});
            site.mcp("connections_delete", &json!({"name": site.raw["name"]}))
                .and(|| site.mcp("connections_create", &made))
        }),
        Change::new(None, "variables of the resource", share_variables),
        Change::new(None, "agent of the resource", |site| put_resource(site, "agent_id", site.raw["agent_id"].clone())),
        Change::new(Some("resource_name"), "resource renamed", |site| {
            let name = site.raw["resource_name"].as_str().unwrap_or_default();
            put_resource(site, "name", json!(format!("{name}-renamed")))
        }),
        Change::new(None, "data masking rules of the connection", |site| {
            let path = format!("{}/datamasking-rules", site.path());
            site.ask("PUT", &path, json!([]))
        }),
    ];
    for (attr, plugin) in [("reviewers", "review"), ("redact_types", "dlp")] {
        found.push(Change::new(Some(attr), "row of the plugin deleted", move |site| {
            let id = site.raw["id"].as_str().unwrap_or_default();
            site.ask("DELETE", &format!("plugins/{plugin}/conn/{id}"), Json::Null)
        }));
        found.push(Change::new(Some(attr), "row of the plugin", move |site| {
            let id = site.raw["id"].as_str().unwrap_or_default();
            site.ask("PUT", &format!("plugins/{plugin}/conn/{id}"), json!({"config": ["CHANGED"]}))
        }));
        found.push(Change::new(Some(attr), "PUT of the plugin", move |site| {
            put_plugin(site, plugin, &site.raw["id"], Some(json!(["CHANGED"])))
        }));
    }
    found
}

/// A plugin with this configuration in the row of a connection, or without the row.
fn put_plugin(site: &Site<'_>, plugin: &str, id: &Json, config: Option<Json>) -> Done {
    let path = format!("plugins/{plugin}");
    let mut body = site.subject.get(&path);
    let rows = body["connections"].as_array().cloned().unwrap_or_default();
    let mut rows: Vec<Json> = rows.into_iter().filter(|row| row["id"] != *id).collect();
    rows.extend(config.map(|config| json!({"id": id, "config": config})));
    body["connections"] = json!(rows);
    site.ask("PUT", &path, body)
}

fn rows() -> Vec<Change> {
    let plugin = |site: &Site<'_>| site.state["plugin_name"].as_str().unwrap_or_default().to_owned();
    vec![
        Change::new(Some("config"), "PUT of the plugin", move |site| {
            put_plugin(site, &plugin(site), &site.state["connection_id"], Some(json!(["CHANGED"])))
        }),
        Change::new(None, "PUT of the plugin without it", move |site| {
            put_plugin(site, &plugin(site), &site.state["connection_id"], None)
        }),
    ]
}

/// Another role in the resource, and one that moves out of it.
fn resources() -> Vec<Change> {
    let role = |site: &Site<'_>| {
        let first = site.state["roles"].as_object().and_then(|roles| roles.keys().next());
        first.map(|name| site.subject.get(&format!("connections/{name}")))
    };
    vec![
        Change::new(None, "one more role", move |site| {
            let Some(mut made) = role(site) else { return Done::Refused(0) };
            made["name"] = json!(format!("{}-more", made["name"].as_str().unwrap_or_default()));
            site.ask("POST", "connections", made)
        }),
        Change::new(Some("roles"), "a role moves out", move |site| {
            let Some(mut moved) = role(site) else { return Done::Refused(0) };
            let path = format!("connections/{}", moved["name"].as_str().unwrap_or_default());
            moved["resource_name"] = json!(format!("{}-other", moved["name"].as_str().unwrap_or_default()));
            site.ask("PUT", &path, moved)
        }),
        Change::new(Some("roles"), "a role updated by MCP", move |site| {
            let Some(role) = role(site) else { return Done::Refused(0) };
            site.mcp("connections_update", &json!({"name": role["name"], "secrets": {"envvar:CHANGED": TEXT}}))
        }),
        Change::new(Some("name"), "renamed", |site| {
            let mut body = site.raw.clone();
            body["name"] = json!(format!("{}-renamed", body["name"].as_str().unwrap_or_default()));
            if body["env_vars"].is_null() {
                body["env_vars"] = json!({});
            }
            site.ask("PUT", &site.path(), body)
        }),
    ]
}
