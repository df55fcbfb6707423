//! Integrations, with a connection of their own: the gateway does not delete one that an event subscription names.

use serde_json::{Value as Json, json};

use super::{Form, Lookup};
use crate::terraform::reference;

pub(super) const LOOKUPS: &[Lookup] = &[
    Lookup { kind: "hoop_event_subscription", keys: &["id"], shown: "it.parameter_mapping" },
    Lookup { kind: "hoop_connection_federation", keys: &["connection_name"], shown: "it.fallback_policy" },
    Lookup { kind: "hoop_jira_integration", keys: &[], shown: "it.url" },
    Lookup { kind: "hoop_jira_issue_template", keys: &["id"], shown: "it.mapping_types" },
];

pub(super) fn resources(form: &Form) -> Json {
    json!({
        "hoop_connection": {"integrated": {
            "name": form.name("integrated"), "type": "custom", "agent_id": reference("hoop_agent.it.id"),
            "resource_name": reference("hoop_resource.shared.name"),
        }},
        "hoop_event_subscription": {"it": {
            "name": form.pick([form.name("events"), form.name("events-renamed")]),
            "description": form.pick([Json::Null, json!("changed")]),
            "event_types": form.pick([json!(["session.closed"]), json!(["session.started", "session.closed"])]),
            "runbook_repository": reference("hoop_runbook_configuration.it.repository"),
            "runbook_file": "notify.runbook.sh", "connection_name": reference("hoop_connection.integrated.name"),
            "parameter_mapping": form.pick([json!({"session": "$.session_id"}), json!({})]),
            "status": form.pick(["active", "paused"]),
        }},
        "hoop_connection_federation": {"it": {
            "connection_name": reference("hoop_connection.integrated.id"),
            "builtin_provider": form.pick(["gcp_iam", "gcp_oauth"]),
            "admin_credentials_json": form.pick([r#"{"type": "service_account"}"#, r#"{"web": {}}"#]),
            "fallback_policy": form.pick(["deny", "static"]),
            "token_ttl_seconds": form.pick([json!(600), Json::Null]),
            "extra_config": form.pick([json!(r#"{"project_id": "p"}"#), Json::Null]),
        }},
    })
}

/// Jira, of which a gateway has one account, and with an open-source license one template.
pub(super) fn jira(form: &Form) -> Json {
    let mapping = |field: &str| json!({"items": [{"type": "preset", "value": "session.id", "jira_field": field, "description": field}]});
    json!({
        "hoop_jira_integration": {"it": {
            "url": form.pick(["https://one.example.com", "https://other.example.com"]),
            "user": form.name("jira"), "api_token": form.pick(["one", "another"]),
        }},
        "hoop_jira_issue_template": {"it": {
            "name": form.name("template"), "description": form.pick([Json::Null, json!("changed")]),
            "project_key": form.pick(["OPS", "SRE"]), "request_type_id": "42",
            "issue_transition_name_on_close": form.pick([json!("closed"), Json::Null]),
            "skip_transition_on_nonzero_exit_code": form.pick([Json::Null, json!(true)]),
            "mapping_types": mapping(form.pick(["customfield_1", "customfield_2"])),
            "connection_ids": form.pick([json!([reference("hoop_connection.integrated.id")]), json!([])]),
            "depends_on": ["hoop_jira_integration.it"],
        }},
    })
}
