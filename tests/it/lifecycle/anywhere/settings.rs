//! Settings of the whole gateway that lock nobody out. A destroy returns each to its default: one that somebody has
//! changed is left alone.

use serde_json::{Value as Json, json};

use super::{Form, Lookup};
use crate::terraform::{Gateway, Terraform, reference};

pub(super) const LOOKUPS: &[Lookup] = &[
    Lookup { kind: "hoop_feature_flag", keys: &["name"], shown: "it.enabled" },
    Lookup { kind: "hoop_org_analytics_mode", keys: &[], shown: "it.analytics_mode" },
    Lookup { kind: "hoop_org_hide_role_info", keys: &[], shown: "it.hide_role_info" },
];

/// What a feature flag of this name enables is of no consequence to a gateway without such connections.
const FLAG: &str = "experimental.mcp_gateway";

pub(super) fn resources(form: &Form) -> Json {
    json!({
        "hoop_feature_flag": {"it": {"name": FLAG, "enabled": form.pick([true, false])}},
        "hoop_org_analytics_mode": {"it": {"analytics_mode": form.pick(["anonymous", "disabled"])}},
        "hoop_org_hide_role_info": {"it": {"hide_role_info": form.pick([false, true])}},
    })
}

/// The types of which the gateway has one object, and somebody has changed it. Jira's account remains after a destroy,
/// disabled; one that a run before this one left is not somebody's.
pub(super) fn somebodys(gateway: &Gateway) -> Vec<&'static str> {
    let changed = [
        ("hoop_feature_flag", "it.enabled != it.default"),
        ("hoop_org_analytics_mode", "it.analytics_mode != \"identified\""),
        ("hoop_org_hide_role_info", "it.hide_role_info"),
    ];
    let output = |(kind, changed): (&str, &str)| {
        let value = reference(&changed.replace("it.", &format!("data.{kind}.it.")));
        (kind.to_owned(), json!({"value": value}))
    };
    let data = json!({
        "hoop_feature_flag": {"it": {"name": FLAG}}, "hoop_org_analytics_mode": {"it": {}},
        "hoop_org_hide_role_info": {"it": {}},
    });
    // Within a check, an account that does not exist is a warning and no error.
    let jira = "data.hoop_jira_integration.it";
    let abandoned = format!("{jira}.status == \"disabled\" && startswith({jira}.user, \"tf-\")");
    let check = json!({"jira": {
        "data": {"hoop_jira_integration": {"it": {}}},
        "assert": {"condition": reference(&abandoned), "error_message": "somebody's account at Jira"},
    }});
    let outputs: Json = changed.into_iter().map(output).collect();
    let looking = Terraform::new(gateway);
    looking.file("main.tf.json", &json!({"data": data, "check": check, "output": outputs}).to_string());
    let outcome = looking.apply().ok();
    let outputs = looking.outputs();
    let mut found: Vec<_> = changed.map(|(kind, _)| kind).into_iter().filter(|kind| outputs[kind] != false).collect();
    if outcome.warnings().any(|warning| warning.says("somebody's account at Jira")) {
        found.extend(["hoop_jira_integration", "hoop_jira_issue_template"]);
    }
    found
}
