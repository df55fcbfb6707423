//! Names on the wire against the gateway's API: each exists there with a fitting type, and each property that a write
//! may carry and no table sends stands in `left_out.rs` with its reason.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::hoop::PROVIDER;
use terraform_provider_hoop::schema::{Attr, Codec, Kind, Resource};

use super::left_out::PROPERTIES;

/// The schemas of a type: what its writes carry, and what its answers show.
pub(super) struct Object {
    name: &'static str,
    pub(super) written: &'static [&'static str],
    pub(super) shown: &'static [&'static str],
}

const OBJECTS: &[Object] = &[
    Object { name: "hoop_connection", written: &["Connection", "ConnectionPatch"], shown: &["Connection"] },
    Object { name: "hoop_agent", written: &["AgentRequest"], shown: &["AgentResponse", "AgentCreateResponse"] },
    Object { name: "hoop_user_group", written: &["UserGroup"], shown: &["UserGroup"] },
    Object { name: "hoop_service_account", written: &["ServiceAccount"], shown: &["ServiceAccount"] },
    Object {
        name: "hoop_api_key",
        written: &["APIKeyCreateRequest", "APIKeyUpdateRequest"],
        shown: &["APIKeyResponse", "APIKeyCreateResponse"],
    },
    Object {
        name: "hoop_ai_agent",
        written: &["AIAgentCreateRequest", "AIAgentUpdateRequest"],
        shown: &["AIAgentResponse", "AIAgentCreateResponse"],
    },
    Object { name: "hoop_org_agent_key", written: &[], shown: &["OrgKeyResponse"] },
    Object { name: "hoop_machine_identity", written: &["MachineIdentity"], shown: &["MachineIdentity"] },
    Object { name: "hoop_spiffe_mapping", written: &["AgentSPIFFEMapping"], shown: &["AgentSPIFFEMapping"] },
    Object { name: "hoop_user", written: &["User"], shown: &["User"] },
    Object { name: "hoop_plugin", written: &["Plugin"], shown: &["Plugin"] },
    Object { name: "hoop_plugin_config", written: &[], shown: &["Plugin"] },
    Object {
        name: "hoop_plugin_connection",
        written: &["PluginConnectionRequest"],
        shown: &["PluginResourceConnection"],
    },
    Object { name: "hoop_datamasking_rules", written: &["DataMaskingRuleRequest"], shown: &["DataMaskingRule"] },
    Object {
        name: "hoop_runbook_configuration",
        written: &["RunbookRepository"],
        shown: &["RunbookRepository", "RunbookRepositoryResponse"],
    },
    Object { name: "hoop_runbook_rule", written: &["RunbookRuleRequest"], shown: &["RunbookRule"] },
    Object { name: "hoop_guardrail_rule", written: &["GuardRailRuleRequest"], shown: &["GuardRailRuleResponse"] },
    Object { name: "hoop_access_request_rule", written: &["AccessRequestRuleRequest"], shown: &["AccessRequestRule"] },
    Object { name: "hoop_attribute", written: &["AttributeRequest"], shown: &["Attributes"] },
    Object {
        name: "hoop_ai_session_analyzer_rule",
        written: &["AISessionAnalyzerRuleRequest"],
        shown: &["AISessionAnalyzerRule"],
    },
    Object {
        name: "hoop_ai_session_analyzer_provider",
        written: &["AIProviderRequest"],
        shown: &["AIProviderResponse"],
    },
    Object { name: "hoop_jira_integration", written: &["JiraIntegration"], shown: &["JiraIntegration"] },
    Object { name: "hoop_jira_issue_template", written: &["JiraIssueTemplateRequest"], shown: &["JiraIssueTemplate"] },
    Object {
        name: "hoop_event_subscription",
        written: &["EventSubscriptionRequest"],
        shown: &["EventSubscriptionResponse"],
    },
    Object {
        name: "hoop_connection_federation",
        written: &["ConnectionFederationConfig"],
        shown: &["ConnectionFederationConfig"],
    },
    Object { name: "hoop_resource", written: &["ResourceRequest"], shown: &["ResourceRequest", "ResourceResponse"] },
    Object { name: "hoop_feature_flag", written: &["FeatureFlagUpdateRequest"], shown: &["FeatureFlagItem"] },
    Object { name: "hoop_server_misc_config", written: &["ServerMiscConfig"], shown: &["ServerMiscConfig"] },
    Object { name: "hoop_server_auth_config", written: &["ServerAuthConfig"], shown: &["ServerAuthConfig"] },
    Object { name: "hoop_server_mcp_auth_config", written: &["ServerMcpAuthConfig"], shown: &["ServerMcpAuthConfig"] },
    Object {
        name: "hoop_org_analytics_mode",
        written: &["OrgAnalyticsModeRequest"],
        shown: &["OrgAnalyticsModeResponse"],
    },
    Object {
        name: "hoop_org_hide_role_info",
        written: &["OrgHideRoleInfoRequest"],
        shown: &["OrgHideRoleInfoResponse"],
    },
    Object {
        name: "hoop_org_protection_profile",
        written: &["OrgProtectionProfileRequest"],
        shown: &["OrgProtectionProfileResponse"],
    },
    Object { name: "hoop_org_license", written: &[], shown: &["ServerInfo"] },
];

/// Schemas that the gateway's OpenAPI document lacks: the name, a trace whose requests and answers show the properties, the
/// path of the collection, and which of the two. The document has nothing below `/event-routing`.
const RECORDED: &[(&str, &str, &str, &str)] = &[
    ("EventSubscriptionRequest", EVENTS, "/api/event-routing/subscriptions", "request"),
    ("EventSubscriptionResponse", EVENTS, "/api/event-routing/subscriptions", "response"),
];
const EVENTS: &str = include_str!("../traces/event-routing.jsonl");

/// The part of the gateway's document that was compared with the tables by hand, and what was recorded.
pub(super) fn reviewed() -> Json {
    with_recorded(serde_json::from_str(include_str!("../data/gateway-api.json")).expect("the document is JSON"))
}

pub(super) fn with_recorded(mut api: Json) -> Json {
    for (name, trace, path, part) in RECORDED {
        let schema = &mut api["schemas"][format!("openapi.{name}")];
        assert!(schema.is_null(), "the document has {name} after all");
        let steps = trace.lines().map(|line| serde_json::from_str::<Json>(line).expect("a line of a trace is JSON"));
        let creates = steps.filter(|step| step["request"]["path"] == *path && step["response"]["status"] == 201);
        for create in creates {
            for (property, value) in create[part]["body"].as_object().expect("an object") {
                schema["properties"][property] = shape(value);
            }
        }
        assert!(schema.is_object(), "the trace does not show {name}");
    }
    api
}

/// What a document would say of this value.
fn shape(value: &Json) -> Json {
    match value {
        Json::Null => json!({}),
        Json::Bool(_) => json!({"type": "boolean"}),
        Json::Number(_) => json!({"type": "integer"}),
        Json::String(_) => json!({"type": "string"}),
        Json::Array(items) => json!({"type": "array", "items": items.first().map_or(json!({}), shape)}),
        Json::Object(_) => json!({"type": "object"}),
    }
}

fn property<'a>(api: &'a Json, schema: &str, name: &str) -> Option<&'a Json> {
    api["schemas"][format!("openapi.{schema}")]["properties"].get(name)
}

fn first(attr: &Attr) -> &'static str {
    attr.wire_name().split('.').next().unwrap_or_default()
}

/// Whether a value of this kind is what the API says. A reference without a type of its own is not looked into.
fn fits(kind: &Kind, property: &Json) -> bool {
    let Some(told) = property["type"].as_str() else { return true };
    match kind {
        Kind::Str => told == "string",
        Kind::Bool => told == "boolean",
        Kind::Int32 => told == "integer" && property["format"] != "int64",
        Kind::Int64 => told == "integer" && property["format"] != "int32",
        Kind::Float64 => told == "number",
        Kind::List(of) | Kind::Set(of) => told == "array" && fits(of, &property["items"]),
        // Roles are a list in the API and a map by their names here.
        Kind::Map(Kind::Object(_)) => told == "array",
        Kind::Map(_) | Kind::Object(_) => told == "object",
    }
}

pub(super) fn described(resource: &Resource) -> &'static Object {
    let found = OBJECTS.iter().find(|object| object.name == resource.name);
    found.unwrap_or_else(|| panic!("{} is not compared with the gateway's API: add it to OBJECTS", resource.name))
}

/// Names on the wire that the API lacks or has with another type.
pub(super) fn misfits(api: &Json) -> Vec<String> {
    let mut found = Vec::new();
    for resource in PROVIDER.resources {
        let object = described(resource);
        // What stands in the path need not stand in a body.
        let in_path = |attr: &Attr| resource.path.is_some_and(|path| path.contains(&format!("{{{}}}", attr.name)));
        // A body of its own form has no schema there.
        let is_body = |attr: &Attr| object.written.is_empty() && !attr.is_readable();
        let is_told = |attr: &&Attr| !in_path(attr) && !is_body(attr) && attr.fixed_text().is_none();
        for attr in resource.attrs.iter().filter(is_told) {
            let schemas = object.written.iter().chain(object.shown);
            let told: Vec<&Json> = schemas.filter_map(|schema| property(api, schema, first(attr))).collect();
            let nested = attr.wire_name().contains('.');
            let is_json = |told: &Json| attr.codec == Codec::Json && told["type"] == "object";
            let fitting = nested || told.iter().all(|told| is_json(told) || fits(&attr.kind, told));
            if told.is_empty() {
                found.push(format!("{}: the API has no `{}`", resource.name, attr.wire_name()));
            } else if !fitting {
                found.push(format!("{}: `{}` is of another type: {told:?}", resource.name, attr.wire_name()));
            }
        }
    }
    found
}

#[test]
fn names_on_the_wire_exist_with_a_fitting_type() {
    assert_eq!(misfits(&reviewed()), Vec::<String>::new());
    let mut api = reviewed();
    let properties = &mut api["schemas"]["openapi.AgentRequest"]["properties"];
    properties["mode"]["type"] = json!("integer");
    assert_eq!(misfits(&api).len(), 1, "a type that does not fit is found");
}

#[test]
fn questions_are_answered_with_what_they_show() {
    let api = reviewed();
    for query in PROVIDER.queries {
        let answer = &api["operations"][format!("/{}", query.request.path)]["get"]["response"]["$ref"];
        let schema = answer.as_str().and_then(|place| place.rsplit('.').next()).expect("the API has the path");
        for attr in query.attrs {
            let told = property(&api, schema, attr.wire_name());
            let told = told.unwrap_or_else(|| panic!("{}: the API has no `{}`", query.name, attr.wire_name()));
            assert!(fits(&attr.kind, told), "{}: `{}` is of another type: {told}", query.name, attr.wire_name());
        }
    }
}

/// What writes may carry and neither a table sends nor the list explains.
fn forgotten(api: &Json, resource: &'static Resource, left_out: &[(&str, &str, &str)]) -> Vec<String> {
    let sent = |name: &str| resource.attrs.iter().any(|attr| attr.settable() && first(attr) == name);
    let explained =
        |name: &str| left_out.iter().any(|(of, out, _)| (*of == resource.name || *of == "*") && *out == name);
    let schemas = described(resource).written.iter();
    let properties = schemas.filter_map(|schema| api["schemas"][format!("openapi.{schema}")]["properties"].as_object());
    let names = properties.flat_map(|properties| properties.keys());
    names.filter(|name| !sent(name) && !explained(name)).map(|name| format!("{}: {name}", resource.name)).collect()
}

#[test]
fn what_is_left_out_has_a_reason() {
    let api = reviewed();
    let found: Vec<String> =
        PROVIDER.resources.iter().flat_map(|resource| forgotten(&api, resource, PROPERTIES)).collect();
    assert!(found.is_empty(), "neither sent nor explained:\n{}", found.join("\n"));
    assert!(PROVIDER.resources.iter().any(|resource| !forgotten(&api, resource, &[]).is_empty()), "the check can fail");
}

#[test]
fn a_type_that_does_not_fit_is_found() {
    let api = reviewed();
    let name = property(&api, "Connection", "name").expect("connections have names");
    assert!(fits(&Kind::Str, name) && !fits(&Kind::Bool, name) && !fits(&Kind::List(&Kind::Str), name));
    let groups = property(&api, "Connection", "force_approve_groups").expect("connections have groups");
    assert!(fits(&Kind::Set(&Kind::Str), groups) && !fits(&Kind::Set(&Kind::Int64), groups));
}
