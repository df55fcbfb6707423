//! What nearly every gateway has: agents, connections, resources, users, runbooks, plugins and masking.

use serde_json::{Value as Json, json};

use super::{Form, Lookup};
use crate::terraform::reference;

pub(super) const LOOKUPS: &[Lookup] = &[
    Lookup { kind: "hoop_agent", keys: &["name"], shown: "it.id" },
    Lookup { kind: "hoop_connection", keys: &["name"], shown: "it.tags" },
    Lookup { kind: "hoop_resource", keys: &["name"], shown: "it.subtype" },
    Lookup { kind: "hoop_user", keys: &["email"], shown: "sort(it.groups)" },
    Lookup { kind: "hoop_runbook_configuration", keys: &["git_url"], shown: "it.repository" },
    Lookup { kind: "hoop_runbook_rule", keys: &["id"], shown: "it.connections" },
    Lookup { kind: "hoop_plugin_connection", keys: &["plugin_name", "connection_id"], shown: "sort(it.config)" },
];

/// The gateway keeps the resource that it makes for a connection, so connections get one that is destroyed after them.
pub(super) fn resources(form: &Form) -> Json {
    let role = |secret: &str| {
        json!({"type": "database", "subtype": "postgres", "agent_id": reference("hoop_agent.it.id"),
            "secrets": {"envvar:HOST": "db.internal", "envvar:PASS": secret}})
    };
    let masks = match form.gateway.is_real() {
        true => json!("${data.hoop_server_info.it.redact_provider == \"\" ? 0 : 1}"),
        false => json!(1),
    };
    json!({
        "hoop_agent": {"it": {"name": form.name("agent")}},
        "hoop_connection": {"it": {
            "name": form.name("connection"), "type": "database", "subtype": "mysql",
            "agent_id": reference("hoop_agent.it.id"), "resource_name": reference("hoop_resource.shared.name"),
            "secrets": form.pick([json!({"envvar:HOST": "h", "envvar:PASS": "one"}),
                json!({"envvar:HOST": "h", "envvar:PASS": "two", "filesystem:CA": "three\nlines\n"})]),
            "command": form.pick([Json::Null, json!(["mysql", "--host=$HOST"])]),
            "tags": form.pick([json!({"team": "a"}), json!({"team": "b", "env": "test"})]),
            "access_mode_runbooks": form.pick(["enabled", "disabled"]),
            "reviewers": form.pick([json!(["sre", "dba"]), json!([])]),
        }},
        "hoop_resource": {"shared": {"name": form.name("shared"), "type": "custom"}, "it": {
            "name": form.name("resource"), "type": "database", "subtype": "postgres",
            "agent_id": reference("hoop_agent.it.id"),
            "roles": form.pick([json!({form.name("role-a"): role("one"), form.name("role-b"): role("one")}),
                json!({form.name("role-a"): role("two"), form.name("role-c"): role("one")})]),
        }},
        "hoop_user": {"it": {
            "email": form.name("user@example.com"), "status": "active",
            "groups": form.pick([json!([form.name("group-a")]), json!([form.name("group-b"), form.name("group-a")])]),
        }},
        "hoop_runbook_configuration": {"it": {
            "git_url": format!("https://git.example.com/{}/runbooks", form.name("team")),
            "git_hook_ttl": form.pick([60, 120]), "git_user": form.pick([Json::Null, json!("runner")]),
        }},
        "hoop_runbook_rule": {"it": {
            "name": form.name("rule"), "description": form.pick([Json::Null, json!("changed")]),
            "connections": [reference("hoop_connection.it.name")],
            "user_groups": form.pick([json!([form.name("group-a")]), json!([])]), "runbooks": [],
        }},
        "hoop_plugin_connection": {"it": {
            "plugin_name": "slack", "connection_id": reference("hoop_connection.it.id"),
            "config": form.pick([json!(["C1"]), json!(["C2", "C1"])]),
        }},
        "hoop_datamasking_rules": {"it": {
            "count": masks, "name": form.name("masking"), "score_threshold": form.pick([0.5, 0.6]),
            "connection_ids": [reference("hoop_connection.it.id")],
            "supported_entity_types": [{"name": "PERSON", "entity_types": ["PERSON"]}],
        }},
    })
}
