//! Values of attributes of the gateway that name something, which is made. What the rules of the tables tell is `samples`'.

use serde_json::{Value as Json, json};

use super::gateway::{Asks, connection, connection_of, jira, license, minimal, risks};

/// What `Subject::reference` says of the gateway.
pub(crate) fn reference(gateway: &dyn Asks, type_name: &str, path: &str, nth: usize) -> Option<Json> {
    let name = format!("sample-{nth}");
    Some(match path {
        // The gateway has a fixed list of them.
        "name" if type_name == "hoop_feature_flag" => {
            let (_, flags) = gateway.asked("GET", "feature-flags", Json::Null);
            flags[nth]["name"].clone()
        }
        "guardrail_rules" => json!([guardrail(gateway, &name)["id"]]),
        "connection_names" if type_name == "hoop_attribute" => {
            connection(gateway, &name);
            json!([name])
        }
        "guardrail_rule_names" => json!([guardrail(gateway, &name)["name"]]),
        "access_request_rule_names" => json!([access_rule(gateway, &name)]),
        "datamasking_rule_names" => {
            gateway.asked("POST", "datamasking-rules", json!({"name": name}));
            json!([named(gateway, "datamasking-rules", "", &name)["name"]])
        }
        "risk_evaluation" => {
            let mut evaluation = risks(["block_execution", "require_access_request"][nth % 2]);
            if nth % 2 == 1 {
                evaluation["high_risk"]["access_request_rule_name"] = access_rule(gateway, &name);
            }
            evaluation
        }
        "connection_ids" => json!([connection(gateway, &name)]),
        "connection_names" if type_name == "hoop_machine_identity" => {
            connection_of(gateway, &name, "aws-ssm");
            json!([name])
        }
        "agent_id" if matches!(type_name, "hoop_spiffe_mapping" | "hoop_connection") => {
            gateway.asked("POST", "agents", json!({"name": name}));
            gateway.asked("GET", &format!("agents/{name}"), Json::Null).1["id"].clone()
        }
        // A gateway without licence allows one kind of data, of one sort, in a rule.
        "supported_entity_types" => json!([{"name": "SAMPLE", "entity_types": [format!("SAMPLE_{nth}")]}]),
        "custom_entity_types" => json!([{"name": "SAMPLE", "deny_list": [name], "score": 0.5}]),
        "jira_issue_template_id" => template(gateway, &name),
        "connection_name" => {
            connection(gateway, &name);
            json!(name)
        }
        "parameter_mapping" => json!({"session": "$.session_id", name: "$.user"}),
        "extra_config" => json!(json!({"project_id": name}).to_string()),
        "connections" if type_name == "hoop_plugin" => {
            json!([{"connection_id": connection(gateway, &name), "config": ["a", "b"]}])
        }
        "license_json" => json!(license(&name).to_string()),
        "grpc_server_url" => json!(format!("grpc://{name}.example.com:8010")),
        // Base64 of the beginning of a key, and a number.
        "ssh_server_config.hosts_key" => json!(format!("LS0tLS1CRUdJTiA{nth}")),
        "ssh_server_config.trusted_cas" => json!([format!("ssh-ed25519 {name}")]),
        _ if path.ends_with(".listen_address") => json!(format!("127.0.0.1:1500{nth}")),
        _ => return None,
    })
}

/// The entry of this name. Where a licence allows one only, that one.
fn named(gateway: &dyn Asks, list: &str, at: &str, name: &str) -> Json {
    let (_, body) = gateway.asked("GET", list, Json::Null);
    let body = if at.is_empty() { &body } else { &body[at] };
    let entries = body.as_array().map(Vec::as_slice).unwrap_or_default();
    let found = entries.iter().find(|entry| entry["name"] == name).or(entries.first());
    found.unwrap_or_else(|| panic!("nothing in {list}")).clone()
}

/// A guardrail rule of this name.
fn guardrail(gateway: &dyn Asks, name: &str) -> Json {
    // One that is there already is refused, which is as well.
    gateway.asked("POST", "guardrails", json!({"name": name}));
    named(gateway, "guardrails", "", name)
}

/// The id of a Jira issue template of this name.
fn template(gateway: &dyn Asks, name: &str) -> Json {
    jira(gateway);
    let collection = "integrations/jira/issuetemplates";
    gateway.asked("POST", collection, json!({"name": name, "project_key": "OPS", "request_type_id": "42"}));
    named(gateway, collection, "", name)["id"].clone()
}

/// The name of an access request rule for a connection of its own.
fn access_rule(gateway: &dyn Asks, name: &str) -> Json {
    let mut rule = minimal(gateway, "hoop_access_request_rule", name);
    rule["approval_required_groups"] = json!([]);
    rule["force_approval_groups"] = json!([]);
    gateway.asked("POST", "access-requests/rules", rule);
    named(gateway, "access-requests/rules", "data", name)["name"].clone()
}
