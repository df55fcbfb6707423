//! People and keys. The key with which agents of the organization authenticate is not among them: it is not ours.

use serde_json::{Value as Json, json};

use super::{Form, Lookup};
use crate::terraform::reference;

pub(super) const LOOKUPS: &[Lookup] = &[
    Lookup { kind: "hoop_user_group", keys: &["name"], shown: "it.name" },
    Lookup { kind: "hoop_service_account", keys: &["subject"], shown: "sort(it.groups)" },
    Lookup { kind: "hoop_api_key", keys: &["id"], shown: "sort(it.groups)" },
    Lookup { kind: "hoop_ai_agent", keys: &["id"], shown: "sort(it.groups)" },
    Lookup { kind: "hoop_machine_identity", keys: &["name"], shown: "sort(it.attributes)" },
    Lookup { kind: "hoop_spiffe_mapping", keys: &["id"], shown: "it.spiffe_id" },
];

/// The machine identity is for no connection: a gateway whose listeners are off refuses every one.
pub(super) fn resources(form: &Form) -> Json {
    let group = reference("hoop_user_group.it.name");
    let key = |one: &str, other: &str| json!({"name": form.pick([form.name(one), form.name(other)]), "groups": form.pick([json!([group]), json!([])])});
    let spiffe_id = |suffix: &str| format!("spiffe://example.com/{}", form.name(suffix));
    json!({
        "hoop_user_group": {"it": {"name": form.name("group")}},
        "hoop_service_account": {"it": {
            "subject": form.name("service"), "name": form.pick(["One", "Another"]),
            "status": form.pick(["active", "inactive"]), "groups": form.pick([json!([group]), json!([])]),
        }},
        "hoop_api_key": {"it": key("key", "key-renamed")},
        "hoop_ai_agent": {"it": key("ai", "ai-renamed")},
        "hoop_attribute": {"machines": {"name": form.name("machines")}},
        "hoop_machine_identity": {"it": {
            "name": form.pick([form.name("machine"), form.name("machine-renamed")]),
            "description": form.pick([Json::Null, json!("changed")]),
            "attributes": form.pick([json!([reference("hoop_attribute.machines.name")]), json!([])]),
        }},
        "hoop_spiffe_mapping": {"it": {
            "trust_domain": "example.com", "groups": form.pick([json!([group]), json!([])]),
            "spiffe_id": form.pick([json!(spiffe_id("one")), Json::Null]),
            "spiffe_prefix": form.pick([Json::Null, json!(spiffe_id("all/"))]),
            "agent_id": form.pick([reference("hoop_agent.it.id"), Json::Null]),
            "agent_template": form.pick([Json::Null, json!("{{.WorkloadIdentifier}}")]),
        }},
    })
}
