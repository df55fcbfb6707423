//! The Hoop gateway as a subject of tests: the least configuration of each type, and values that must exist there.

use serde_json::{Value as Json, json};
use terraform_provider_hoop::hoop::PROVIDER;
use terraform_provider_hoop::schema::{Provider, Rights};

use super::references::reference;
use super::{Subject, actions, ephemerals};
use crate::emulator::{Emulator, Fault, Logged, Role, SIGNATURE};
use crate::host::settings;

pub(crate) struct HoopGateway {
    emulator: Emulator,
}

/// A gateway, emulated or real, as those see it who make what a test needs.
pub(crate) trait Asks {
    /// Asks past the network, as an administrator; the path is the one of the API.
    fn asked(&self, method: &str, path: &str, body: Json) -> (u16, Json);

    /// The id of an agent that connections can have.
    fn agent(&self) -> String;
}

impl Asks for Emulator {
    fn asked(&self, method: &str, path: &str, body: Json) -> (u16, Json) {
        self.call(method, &format!("/api/{path}"), body)
    }

    fn agent(&self) -> String {
        self.agent_id()
    }
}

impl HoopGateway {
    /// A gateway that can do what every resource type needs, in the runtime of the caller.
    pub(crate) fn here() -> Self {
        Self { emulator: Emulator::builder().masking(true).licensed(true).start_here() }
    }

    /// The same in a thread of its own.
    pub(crate) fn beside() -> Self {
        Self { emulator: Emulator::builder().masking(true).licensed(true).start() }
    }
}

impl Subject for HoopGateway {
    fn provider(&self) -> &'static Provider {
        &PROVIDER
    }

    fn settings(&self) -> Json {
        settings(&self.emulator)
    }

    fn settings_of(&self, rights: Rights) -> Option<Json> {
        let role = match rights {
            Rights::Standard => Role::Standard,
            Rights::Auditor => Role::Auditor,
            Rights::Admin => Role::Admin,
        };
        let mut settings = self.settings();
        settings["api_key"] = json!(self.emulator.add_api_key("of a role", role));
        Some(settings)
    }

    fn hide(&self) {
        let (status, made) = self.ask("POST", "plugins", json!({"name": "access_control", "connections": []}));
        assert_eq!(status, 201, "{made}");
    }

    fn minimal(&self, type_name: &str, name: &str) -> Json {
        minimal(&self.emulator, type_name, name)
    }

    fn invocation(&self, action: &str) -> Json {
        actions::of_gateway(&self.emulator, action)
    }

    fn effect(&self, action: &str, config: &Json) -> Option<Json> {
        let text = |name: &str| config[name].as_str().unwrap_or_default();
        Some(match action {
            "hoop_connection_test" => return None,
            "hoop_machine_identity_rotate" => self.get(&format!("machineidentities/{}/credentials", text("name"))),
            "hoop_api_key_reactivate" => self.get(&format!("api-keys/{}", text("id")))["status"].clone(),
            "hoop_ai_agent_reactivate" => self.get(&format!("ai-agents/{}", text("id")))["status"].clone(),
            "hoop_credential_revoke" => self.get(&format!("connections/{}/credentials", text("connection_name"))),
            "hoop_event_subscription_pause" | "hoop_event_subscription_resume" => {
                self.get(&format!("event-routing/subscriptions/{}", text("id")))["status"].clone()
            }
            "hoop_event_replay" => json!(self.emulator.dispatches()),
            "hoop_runbook_exec" => json!(self.emulator.sessions()),
            other => panic!("say what {other} changes in tests/it/subject/gateway.rs"),
        })
    }

    fn question(&self, _: &str) -> Json {
        json!({})
    }

    fn ephemeral(&self, name: &str) -> Json {
        ephemerals::of_gateway(&self.emulator, name)
    }

    fn reference(&self, type_name: &str, path: &str, nth: usize) -> Option<Json> {
        reference(&self.emulator, type_name, path, nth)
    }

    fn not_sampled(&self, _: &str, _: &str) -> Option<&'static str> {
        None
    }

    fn left_out(&self, type_name: &str) -> &'static [&'static str] {
        left_out(type_name)
    }

    fn additions(&self, type_name: &str, name: &str) -> Option<(Json, Json)> {
        if type_name != "hoop_connection" {
            return None;
        }
        let config = |secrets: Json| {
            let mut config = self.minimal(type_name, name);
            (config["type"], config["subtype"], config["secrets"]) = (json!("database"), json!("mongodb"), secrets);
            config
        };
        let spelt = json!({"envvar:HOST": "h", "envvar:PORT": "27017", "envvar:OPTIONS": "tls=true"});
        Some((config(spelt), config(json!({"envvar:HOST": "h"}))))
    }

    fn add_its_own(&self, type_name: &str, state: &Json) {
        if type_name == "hoop_connection" {
            self.emulator.attach_managed_attribute(state["name"].as_str().expect("a name"), "protection");
        }
    }

    fn ask(&self, method: &str, path: &str, body: Json) -> (u16, Json) {
        self.emulator.call(method, &format!("/api/{path}"), body)
    }

    fn fault(&self, fault: Fault) {
        self.emulator.fault(fault);
    }

    fn clear_faults(&self) {
        self.emulator.clear_faults();
    }

    fn requests(&self) -> Vec<Logged> {
        self.emulator.requests()
    }

    fn clear_requests(&self) {
        self.emulator.clear_requests();
    }
}

/// Attributes that an object which has all the others cannot have too.
pub(crate) fn left_out(type_name: &str) -> &'static [&'static str] {
    match type_name {
        "hoop_datamasking_rules" => &["custom_entity_types"],
        "hoop_access_request_rule" => &["skip_review_groups"],
        "hoop_spiffe_mapping" => &["spiffe_prefix", "agent_template"],
        _ => &[],
    }
}

/// The least configuration of each resource type, for an object of this name; what it needs is made. A new type needs
/// a line here; everything that is told from the schema then tests it.
pub(crate) fn minimal(gateway: &dyn Asks, type_name: &str, name: &str) -> Json {
    match type_name {
        "hoop_agent" => json!({"name": name}),
        "hoop_connection" => json!({"name": name, "type": "custom", "agent_id": gateway.agent()}),
        "hoop_plugin_connection" => {
            json!({"plugin_name": plugin(gateway, name), "connection_id": connection(gateway, name)})
        }
        // One of its two secrets is needed; the schema cannot say so.
        "hoop_plugin_config" => json!({"plugin_name": plugin(gateway, name), "config": {"KEY": "value"}}),
        "hoop_access_request_rule" => json!({
            "name": name, "access_type": "jit", "connection_names": [format!("only-{name}")],
            "reviewers_groups": ["sre"], "min_approvals": 1,
        }),
        "hoop_ai_session_analyzer_rule" => {
            json!({"name": name, "connection_names": [name], "risk_evaluation": risks("block_execution")})
        }
        "hoop_ai_session_analyzer_provider" => json!({"model_provider": "openai", "model": name}),
        "hoop_connection_federation" => {
            connection(gateway, name);
            json!({"connection_name": name, "builtin_provider": "gcp_iam"})
        }
        "hoop_event_subscription" => {
            connection(gateway, "events");
            json!({"name": name, "event_types": ["session.closed"], "runbook_repository": "git.example.com/team/runbooks",
                "runbook_file": "a.runbook.sh", "connection_name": "events"})
        }
        "hoop_jira_integration" => {
            json!({"url": "https://example.atlassian.net", "user": name, "api_token": "token"})
        }
        "hoop_jira_issue_template" => {
            jira(gateway);
            json!({"name": name, "project_key": "OPS", "request_type_id": "42"})
        }
        "hoop_datamasking_rules"
        | "hoop_plugin"
        | "hoop_guardrail_rule"
        | "hoop_attribute"
        | "hoop_user_group"
        | "hoop_machine_identity"
        | "hoop_api_key"
        | "hoop_ai_agent" => json!({"name": name}),
        "hoop_resource" => json!({"name": name, "type": "custom"}),
        "hoop_runbook_configuration" => json!({"git_url": format!("https://git.example.com/team/{name}.git")}),
        "hoop_runbook_rule" => json!({"name": name, "connections": [], "user_groups": [], "runbooks": []}),
        "hoop_org_agent_key" => json!({}),
        "hoop_service_account" => json!({"subject": name}),
        "hoop_spiffe_mapping" => json!({
            "trust_domain": "example.com", "spiffe_id": format!("spiffe://example.com/{name}"),
            "agent_id": gateway.agent(),
        }),
        "hoop_user" => json!({"email": format!("{name}@example.com"), "status": "active"}),
        "hoop_feature_flag" => json!({"name": "experimental.mcp_gateway", "enabled": true}),
        "hoop_server_misc_config" => json!({}),
        // Each method needs its own settings, so that it can change alone.
        "hoop_server_auth_config" => json!({
            "auth_method": "local", "webapp_users_management_status": "active",
            "oidc_config": {"issuer_url": "https://login.example.com", "client_id": "hoop", "client_secret": "secret"},
            "saml_config": {"idp_metadata_url": "https://login.example.com/metadata"},
        }),
        "hoop_server_mcp_auth_config" => json!({"enabled": true}),
        "hoop_org_analytics_mode" => json!({"analytics_mode": "anonymous"}),
        "hoop_org_hide_role_info" => json!({"hide_role_info": true}),
        "hoop_org_protection_profile" => json!({"profile": "protection-permissive"}),
        "hoop_org_license" => json!({"license_json": license(name).to_string()}),
        other => panic!("add a minimal configuration of {other} to tests/it/subject/gateway.rs"),
    }
}

/// What the session analyzer does at each level of risk, with this at the highest.
pub(super) fn risks(at_high_risk: &str) -> Json {
    let allowed = json!({"action": "allow_execution"});
    json!({"low_risk": allowed, "medium_risk": allowed, "high_risk": {"action": at_high_risk}})
}

/// The integration that templates need, disabled, so that a create can take it over. One that is there already is refused,
/// which is as well.
pub(super) fn jira(gateway: &dyn Asks) {
    let account = json!({"url": "https://example.atlassian.net", "user": "u", "api_token": "t", "status": "disabled"});
    gateway.asked("POST", "integrations/jira", account);
}

/// A license that the emulator takes for its vendor's.
pub(crate) fn license(description: &str) -> Json {
    let payload = json!({"type": "oss", "issued_at": 1_700_000_000, "expire_at": 2_000_000_000, "allowed_hosts": ["*"],
        "description": description});
    json!({"payload": payload, "key_id": "key", "signature": SIGNATURE})
}

/// An enabled plugin.
fn plugin(gateway: &dyn Asks, name: &str) -> String {
    // One that is there already is refused, which is as well.
    gateway.asked("POST", "plugins", json!({"name": name, "connections": []}));
    name.to_owned()
}

/// The id of a connection of this name.
pub(crate) fn connection(gateway: &dyn Asks, name: &str) -> Json {
    connection_of(gateway, name, "")
}

/// The same for one of this subtype, which clients can connect to.
pub(crate) fn connection_of(gateway: &dyn Asks, name: &str, subtype: &str) -> Json {
    let mut body = json!({"name": name, "type": "custom", "agent_id": gateway.agent(), "command": ["bash"]});
    for mode in ["access_mode_runbooks", "access_mode_exec", "access_mode_connect", "access_schema"] {
        body[mode] = json!("disabled");
    }
    (body["subtype"], body["access_mode_connect"]) = (json!(subtype), json!("enabled"));
    gateway.asked("POST", "connections", body);
    let (status, found) = gateway.asked("GET", &format!("connections/{name}"), Json::Null);
    assert_eq!(status, 200, "{found}");
    found["id"].clone()
}
