//! Constants of a fresh gateway that only matter because answers show them. No logic.

use serde_json::Value;

/// Suggested tags, `hoop.dev/<key>`, with their values.
const SYSTEM_TAGS: &[(&str, &str)] = &[
    ("business.customer-facing", "no yes"),
    ("infrastructure.backup-policy", "daily monthly none weekly"),
    ("infrastructure.cloud", "aws azure cloudflare digitalocean gcp"),
    ("infrastructure.environment", "dev prod qa sandbox staging"),
    ("infrastructure.service-type", "cache cdn compute database storage"),
    ("operations.criticality", "critical important normal"),
    ("operations.impact", "high low medium"),
    ("operations.maintenance-window", "24x7 business-hours weekend"),
    ("operations.monitoring", "basic enhanced full"),
    ("operations.priority", "p1 p2 p3 p4"),
    ("operations.sla", "99.9 99.99 99.999"),
    ("organization.department", "engineering finance marketing sales"),
    ("organization.team", "backend data devops frontend platform security"),
    ("security.access-level", "confidential private public restricted"),
    ("security.compliance", "gdpr hipaa iso27001 pci sox"),
    ("security.data-classification", "confidential private public restricted"),
    ("security.security-zone", "confidential private public restricted"),
];

/// Feature flags: name, default, the components that go by it.
pub(super) const FEATURE_FLAGS: &[(&str, bool, &str)] = &[
    ("beta.oracle_native", true, "gateway agent client"),
    ("experimental.claude_code_vertex", false, "gateway agent"),
    ("experimental.db_exec_driver", false, "agent"),
    ("experimental.http_session_analyzer", true, "gateway"),
    ("experimental.httpproxy_client_authorization", false, "agent"),
    ("experimental.log_exec_input", true, "agent"),
    ("experimental.mcp_gateway", false, "gateway"),
    ("experimental.rdp_pii_detection", true, "gateway"),
    ("experimental.rdp_pii_guard", true, "gateway"),
    ("experimental.rulepacks", true, "gateway"),
    ("experimental.ssh_guardrails", false, "agent"),
    ("experimental.ssh_input_guardrails", false, "agent"),
    ("experimental.tunnel_token_renewal", false, "gateway"),
];

pub(super) fn system_tags() -> impl Iterator<Item = (String, String)> {
    SYSTEM_TAGS
        .iter()
        .flat_map(|(key, values)| values.split(' ').map(move |value| (format!("hoop.dev/{key}"), value.to_owned())))
}

/// What the gateway itself answered when a trace was recorded, for texts that are too long to be written twice.
fn recorded(trace: &str, path: &str) -> Value {
    let steps = trace.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut answers = steps.filter(|step| step["request"]["path"] == path).map(|step| step["response"]["body"].clone());
    answers.next().unwrap_or_default()
}

pub(super) fn rulepacks(org_id: &str) -> Vec<Value> {
    let list = recorded(include_str!("../traces/rulepacks.jsonl"), "/api/rulepacks");
    let mut packs = list["data"].as_array().cloned().unwrap_or_default();
    packs.iter_mut().for_each(|pack| pack["org_id"] = org_id.into());
    packs
}

pub(super) fn analyzer_prompt() -> Value {
    let trace = include_str!("../traces/ai-session-analyzer.jsonl");
    recorded(trace, "/api/ai/session-analyzer/system-prompt")
}
