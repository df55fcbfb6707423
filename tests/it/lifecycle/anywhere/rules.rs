//! Rules for sessions.

use serde_json::{Value as Json, json};

use super::{Form, Lookup};
use crate::terraform::reference;

pub(super) const LOOKUPS: &[Lookup] = &[
    Lookup { kind: "hoop_guardrail_rule", keys: &["id"], shown: "it.input" },
    Lookup { kind: "hoop_access_request_rule", keys: &["name"], shown: "sort(it.reviewers_groups)" },
    Lookup { kind: "hoop_attribute", keys: &["name"], shown: "sort(it.connection_names)" },
    Lookup { kind: "hoop_ai_session_analyzer_rule", keys: &["name"], shown: "it.risk_evaluation" },
];

/// An open-source license allows one of the first two each.
pub(super) fn resources(form: &Form) -> Json {
    let connection = reference("hoop_connection.it.name");
    let asks = json!({"action": "require_access_request",
        "access_request_rule_name": reference("hoop_access_request_rule.it.name")});
    let blocks = json!({"action": "block_execution"});
    json!({
        "hoop_guardrail_rule": {"it": {
            "name": form.pick([form.name("guard"), form.name("guarded")]),
            "connection_ids": [reference("hoop_connection.it.id")],
            "input": {"rules": [{"type": "deny_words_list",
                "words": form.pick([json!(["DROP"]), json!(["DROP", "TRUNCATE"])])}]},
            "output": form.pick([Json::Null, json!({"rules": [{"type": "pattern_match", "pattern_regex": "[0-9]+"}]})]),
        }},
        "hoop_access_request_rule": {"it": {
            "name": form.pick([form.name("approval"), form.name("approved")]),
            "connection_names": [connection],
            "access_type": form.pick(["jit", "command"]), "reviewers_groups": ["dba"],
            "approval_required_groups": form.pick([json!(["developers"]), Json::Null]),
            "min_approvals": form.pick([json!(1), Json::Null]),
            "all_groups_must_approve": form.pick([Json::Null, json!(true)]),
            "access_max_duration": form.pick([json!(600), Json::Null]),
        }},
        "hoop_attribute": {"it": {
            "name": form.pick([form.name("attribute"), form.name("renamed")]),
            "connection_names": [connection], "description": form.pick([json!("d"), Json::Null]),
            "guardrail_rule_names": [reference("hoop_guardrail_rule.it.name")],
            "access_control_group_names": form.pick([json!([]), json!(["dba"])]),
        }},
        "hoop_ai_session_analyzer_rule": {"it": {
            "name": form.name("analyzer"), "connection_names": [connection],
            "custom_prompt": form.pick([json!("p"), Json::Null]), "risk_evaluation": {
                "low_risk": {"action": "allow_execution"}, "medium_risk": form.pick([asks.clone(), blocks.clone()]),
                "high_risk": form.pick([blocks, asks]),
            },
        }},
    })
}
