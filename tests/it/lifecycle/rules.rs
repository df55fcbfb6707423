//! Rules that restrict sessions, and the attributes that connect them with connections: renames in place, the ends of a link,
//! rules that a protection profile made, the limits of the open-source license.

use serde_json::{Value as Json, json};

use super::{connection, minimal, with_agent};
use crate::emulator::Emulator;
use crate::terraform::{Config, Gateway, Terraform, control, reference};

fn approval(name: &str) -> Json {
    json!({"name": name, "access_type": "jit", "connection_names": [reference("hoop_connection.it.name")],
        "reviewers_groups": ["dba"], "min_approvals": 1})
}

fn get(gateway: &Gateway, path: &str) -> Json {
    gateway.emulator().call("GET", &format!("/api/{path}"), Json::Null).1
}

/// All names change at once: each object is found by its former name and is the same object afterwards.
#[test]
fn rules_and_attributes_are_renamed_in_place() {
    let Some(gateway) = control(Emulator::start) else { return };
    let terraform = Terraform::new(&gateway);
    let configure = |suffix: &str| {
        let mut config = with_agent(&gateway);
        connection(&mut config, "it", minimal("tf-it"));
        config.set("hoop_access_request_rule", "it", approval(&format!("approval-{suffix}")));
        let guardrail = json!({"name": format!("guard-{suffix}"),
            "input": {"rules": [{"type": "deny_words_list", "words": ["DROP"]}]}});
        config.set("hoop_guardrail_rule", "it", guardrail);
        let attribute = json!({"name": format!("pci-{suffix}"),
            "connection_names": [reference("hoop_connection.it.name")],
            "guardrail_rule_names": [reference("hoop_guardrail_rule.it.name")],
            "access_request_rule_names": [reference("hoop_access_request_rule.it.name")]});
        config.set("hoop_attribute", "it", attribute);
        terraform.configure(&config);
    };
    let ids = || {
        let types = ["hoop_access_request_rule", "hoop_guardrail_rule", "hoop_attribute"];
        types.map(|name| terraform.object(&format!("{name}.it"))["id"].clone())
    };
    configure("a");
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    let before = ids();
    configure("b");
    let plan = terraform.plan().ok();
    assert!(plan.changes.len() == 3 && plan.changes.iter().all(|change| change.is(&["update"])), "{plan:#?}");
    terraform.apply_saved().ok();
    terraform.second_plan_is_empty();
    assert_eq!(ids(), before);
    let attribute = get(&gateway, "attributes/pci-b");
    assert_eq!(attribute["guardrail_rule_names"], json!(["guard-b"]), "{attribute}");
    assert_eq!(attribute["access_request_rule_names"], json!(["approval-b"]), "{attribute}");
    // Taken by an attribute that a connection has named.
    gateway.emulator().call("PATCH", "/api/connections/tf-it", json!({"attributes": ["pci-b", "pci-c"]}));
    configure("c");
    let outcome = terraform.apply();
    assert!(outcome.errors().any(|error| error.says("`name`") && error.says("pci-c")), "{outcome:#?}");
    configure("b");
    terraform.apply().ok();
    terraform.second_plan_is_empty();
}

/// A rule that a profile made: those who approve change, and nothing else does, which the plan says.
#[test]
fn of_a_managed_rule_only_the_approvals_change() {
    let Some(gateway) = control(Emulator::start) else { return };
    gateway.emulator().apply_profile(Some("protection-high"));
    let terraform = Terraform::new(&gateway);
    let configure = |more: Json| {
        let mut rule = json!({"name": "Hoop-JIT_2_hours", "description": "Approval required.", "access_type": "jit",
            "attributes": ["hoop_protection_profile-protection_high"], "access_max_duration": 7200,
            "approval_required_groups": ["admin"], "reviewers_groups": ["admin"], "force_approval_groups": ["admin"],
            "min_approvals": 1});
        rule.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let mut config = Config::default();
        config.set("hoop_access_request_rule", "it", rule);
        terraform.configure(&config);
    };
    configure(json!({}));
    terraform.import("hoop_access_request_rule.it", "Hoop-JIT_2_hours").ok();
    terraform.second_plan_is_empty();
    configure(json!({"reviewers_groups": ["admin", "dba"], "min_approvals": 2}));
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    let rule = get(&gateway, "access-requests/rules/Hoop-JIT_2_hours");
    assert_eq!((&rule["min_approvals"], &rule["managed_by"]), (&json!(2), &json!("hoop")), "{rule}");
    configure(json!({"reviewers_groups": ["admin", "dba"], "min_approvals": 2, "access_max_duration": 60}));
    gateway.emulator().clear_requests();
    let plan = terraform.plan();
    assert!(plan.outcome.one_error().says("`min_approvals`"), "{plan:#?}");
    assert!(gateway.emulator().requests().iter().all(|request| request.method == "GET"));
}

/// The limit is explained, and that others' rules count, also those of a profile.
#[test]
fn a_refusal_for_the_license_says_what_the_limit_is() {
    let Some(gateway) = control(|| Emulator::builder().masking(true).start()) else { return };
    gateway.emulator().apply_profile(Some("protection-permissive"));
    let terraform = Terraform::new(&gateway);
    for (type_name, attributes) in
        [("hoop_guardrail_rule", json!({"name": "tf-it"})), ("hoop_datamasking_rules", json!({"name": "tf-it"}))]
    {
        let mut config = Config::default();
        config.set(type_name, "it", attributes);
        terraform.configure(&config);
        let outcome = terraform.apply();
        let error = outcome.one_error();
        assert!(error.says("returned 403") && error.says("protection profile"), "{type_name}: {error:#?}");
    }
}

/// There is one provider, which somebody has set up: it is imported, never overwritten, and what it has besides is kept.
#[test]
fn the_model_of_the_session_analyzer_is_not_taken_over_in_silence() {
    let Some(gateway) = control(Emulator::start) else { return };
    const PATH: &str = "/api/ai/session-analyzer/providers";
    let theirs = json!({"provider": "openai", "model": "theirs", "api_key": "sk-theirs"});
    assert_eq!(gateway.emulator().call("POST", PATH, theirs).0, 200);
    let terraform = Terraform::new(&gateway);
    let mut config = Config::default();
    config.set("hoop_ai_session_analyzer_provider", "it", json!({"model_provider": "openai", "model": "ours"}));
    terraform.configure(&config);
    let outcome = terraform.apply();
    assert!(outcome.one_error().says("terraform import hoop_ai_session_analyzer_provider.NAME 'org'"), "{outcome:#?}");
    terraform.import("hoop_ai_session_analyzer_provider.it", "org").ok();
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    let ours = get(&gateway, "ai/session-analyzer/providers");
    assert_eq!((&ours["model"], &ours["api_key"]), (&json!("ours"), &json!("sk-theirs")), "{ours}");
    terraform.destroy().ok();
    assert_eq!(gateway.emulator().call("GET", PATH, Json::Null).0, 404);
}
