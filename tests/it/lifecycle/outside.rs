//! What others do to an object between two runs, and what a change must not do to what others own.

use serde_json::{Value as Json, json};

use super::{address, change_outside, connection, field, minimal, shown, with_agent};
use crate::emulator::Emulator;
use crate::terraform::{Config, Gateway, Terraform, control};

/// A workspace with one applied connection `tf-one`, labelled `one`.
fn applied(gateway: &Gateway, more: &Json) -> (Terraform, Config) {
    let terraform = Terraform::new(gateway);
    let mut config = with_agent(gateway);
    let mut attributes = minimal("tf-one");
    attributes.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    connection(&mut config, "one", attributes);
    terraform.configure(&config);
    terraform.apply().ok();
    (terraform, config)
}

#[test]
fn what_the_gateway_chooses_is_left_alone() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let (terraform, mut config) = applied(&gateway, &json!({}));
    let theirs = [
        ("command", json!(["bash"])),
        ("secret", json!({ "envvar:A": "YQ==" })),
        ("access_mode_exec", json!("disabled")),
        ("access_schema", json!("enabled")),
        ("attributes", json!(["pci"])),
        ("mandatory_metadata_fields", json!(["ticket"])),
        ("force_approve_groups", json!(["sre"])),
        ("access_max_duration", json!(60)),
        ("min_review_approvals", json!(2)),
        ("resource_name", json!("shared")),
    ];
    for (field, value) in &theirs {
        change_outside(emulator, "tf-one", field, value);
    }
    let plan = terraform.plan().ok();
    assert!(plan.changes.is_empty(), "{:#?}", plan.changes);
    assert!(plan.drift.iter().any(|drift| drift.address == address("one")), "what others did is not shown");

    let seen = terraform.run(&["plan", "-refresh-only", "-json", "-input=false", "-lock=false", "-detailed-exitcode"]);
    assert_eq!(seen.code, 2, "a refresh alone shows it: {seen:#?}");

    // Neither does a change of ours touch them, be it said by PATCH or by PUT.
    for (attribute, value) in [("tags", json!({ "a": "b" })), ("min_review_approvals", json!(4))] {
        config.get("hoop_connection", "one").insert(attribute.to_owned(), value);
        terraform.configure(&config);
        terraform.apply().ok();
        let now = shown(emulator, "tf-one");
        for (theirs, value) in theirs.iter().filter(|(theirs, _)| *theirs != attribute) {
            assert_eq!(&now[*theirs], value, "{theirs} after a change of {attribute}");
        }
        terraform.second_plan_is_empty();
    }
}

#[test]
fn what_is_not_configured_but_means_empty_is_removed() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let (terraform, _) = applied(&gateway, &json!({}));
    let theirs = [
        ("subtype", json!("ssh"), json!("")),
        ("tags", json!({ "a": "b" }), json!({})),
        ("reviewers", json!(["x"]), json!([])),
        ("redact_types", json!(["PHONE_NUMBER"]), json!([])),
    ];
    for (attribute, value, _) in &theirs {
        change_outside(emulator, "tf-one", field(attribute), value);
    }
    let plan = terraform.plan().ok();
    let changed = plan.only_change().changed();
    assert!(theirs.iter().all(|(attribute, ..)| changed.contains(*attribute)), "{changed:?}");
    terraform.apply_saved().ok();
    let now = shown(emulator, "tf-one");
    for (attribute, _, empty) in &theirs {
        assert_eq!(&now[field(attribute)], empty, "{attribute}");
    }
    terraform.second_plan_is_empty();
}

#[test]
fn what_was_deleted_outside_is_created_again() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let (terraform, _) = applied(&gateway, &json!({ "secrets": { "envvar:A": "a" } }));
    let old_id = shown(emulator, "tf-one")["id"].clone();
    assert_eq!(emulator.call("DELETE", "/api/connections/tf-one", Json::Null).0, 204);
    assert_eq!(emulator.call("DELETE", "/api/agents/tf-agent", Json::Null).0, 204);
    let plan = terraform.plan().ok();
    assert!(plan.changes.iter().all(|change| change.is(&["create"])) && plan.changes.len() == 2, "{:#?}", plan.changes);
    terraform.apply_saved().ok();
    assert_ne!(shown(emulator, "tf-one")["id"], old_id);
    terraform.second_plan_is_empty();

    // One that is already gone is destroyed without a complaint.
    assert_eq!(emulator.call("DELETE", "/api/connections/tf-one", Json::Null).0, 204);
    terraform.destroy().ok();
}

#[test]
fn another_name_is_another_connection() {
    let Some(gateway) = control(Emulator::start) else { return };
    let (terraform, mut config) = applied(&gateway, &json!({}));
    config.get("hoop_connection", "one").insert("name".to_owned(), json!("tf-other"));
    terraform.configure(&config);
    let plan = terraform.plan().ok();
    assert!(plan.only_change().is(&["delete", "create"]), "{:#?}", plan.changes);
    terraform.apply_saved().ok();
    assert_eq!(super::names(gateway.emulator(), "connections"), ["tf-other"]);
    terraform.second_plan_is_empty();
}

#[test]
fn an_update_copies_nothing_from_the_resource() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let resource = json!({ "name": "shared", "type": "database", "subtype": "postgres", "agent_id": emulator.agent_id(),
        "env_vars": { "envvar:HOST": "ZGI=", "envvar:PASS": "cA==" } });
    assert_eq!(emulator.call("POST", "/api/resources", resource).0, 201);
    let (terraform, mut config) = applied(
        &gateway,
        &json!({
            "type": "database", "subtype": "postgres", "resource_name": "shared", "secrets": { "envvar:DB": "orders" },
        }),
    );
    terraform.second_plan_is_empty();
    let agent = shown(emulator, "tf-one")["agent_id"].clone();
    for (attribute, value) in [
        ("tags", json!({ "a": "b" })),
        ("secrets", json!({ "envvar:DB": "orders", "envvar:USER": "u" })),
        ("access_max_duration", json!(60)),
        ("reviewers", json!(["dba"])),
    ] {
        config.get("hoop_connection", "one").insert(attribute.to_owned(), value);
        terraform.configure(&config);
        terraform.apply().ok();
        let now = shown(emulator, "tf-one");
        let keys: Vec<_> = now["secret"].as_object().expect("secrets").keys().collect();
        assert!(!keys.iter().any(|key| *key == "envvar:HOST" || *key == "envvar:PASS"), "{attribute}: {keys:?}");
        assert_eq!(now["agent_id"], agent, "{attribute}");
        let plan = terraform.plan().ok();
        assert!(plan.changes.is_empty() && plan.outcome.code == 0, "{attribute}: {:#?}", plan.changes);
    }
}

#[test]
fn a_connection_that_somebody_else_manages_is_refused_by_the_plan() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let (terraform, mut config) = applied(&gateway, &json!({}));
    assert!(emulator.set_managed_by("tf-one", Some("hoopagent")));
    assert!(terraform.plan().ok().changes.is_empty());
    config.get("hoop_connection", "one").insert("tags".to_owned(), json!({ "a": "b" }));
    terraform.configure(&config);
    emulator.clear_requests();
    let plan = terraform.plan();
    let error = plan.outcome.one_error();
    assert!(
        error.says("managed by \"hoopagent\"") && error.address.as_deref() == Some("hoop_connection.one"),
        "{error:#?}"
    );
    assert!(emulator.requests().iter().all(|request| request.method == "GET"));
}

/// A name is not an identity: what somebody made anew under it after the plan is not what the plan is about.
#[test]
fn an_object_that_was_made_anew_after_the_plan_is_not_written_over() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let (terraform, mut config) = applied(&gateway, &json!({}));
    config.get("hoop_connection", "one").insert("reviewers".to_owned(), json!(["ours"]));
    terraform.configure(&config);
    terraform.plan().ok();
    let mut theirs = shown(emulator, "tf-one");
    theirs["reviewers"] = json!(["theirs"]);
    emulator.call("DELETE", "/api/connections/tf-one", Json::Null);
    let (status, made) = emulator.call("POST", "/api/connections", theirs);
    assert_eq!(status, 201, "{made}");
    let outcome = terraform.apply_saved();
    assert!(outcome.one_error().says("another one with the same name was created"), "{outcome:#?}");
    assert_eq!(shown(emulator, "tf-one")["reviewers"], json!(["theirs"]));
    // The next plan knows it, and says what it will do to it.
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    assert_eq!(shown(emulator, "tf-one")["reviewers"], json!(["ours"]));
}

/// A resource takes the agent of a connection that is created with its name at the same moment.
#[test]
fn an_agent_that_the_gateway_wrote_by_itself_is_no_difference() {
    let Some(gateway) = control(Emulator::start) else { return };
    let emulator = gateway.emulator();
    let terraform = Terraform::new(&gateway);
    let mut config = Config::default();
    config.set("hoop_resource", "it", json!({ "name": "tf-host", "type": "custom" }));
    terraform.configure(&config);
    terraform.apply().ok();
    let path = "/api/resources/tf-host";
    let agent = || emulator.call("GET", path, Json::Null).1["agent_id"].clone();
    let others_set = |agent: &str| {
        let mut resource = emulator.call("GET", path, Json::Null).1;
        resource["agent_id"] = json!(agent);
        assert_eq!(emulator.call("PUT", path, resource).0, 200);
    };
    others_set(&emulator.agent_id());
    let plan = terraform.plan().ok();
    assert!(plan.changes.is_empty() && !plan.drift.is_empty(), "shown, and left alone: {:#?}", plan.changes);

    // Configured, it is ours: what others make of it is repaired, and it goes when it is taken out.
    let own = json!("00000000-0000-4000-8000-000000000001");
    config.get("hoop_resource", "it").insert("agent_id".to_owned(), own.clone());
    terraform.configure(&config);
    terraform.apply().ok();
    assert_eq!(agent(), own);
    others_set(&emulator.agent_id());
    terraform.apply().ok();
    assert_eq!(agent(), own);
    config.get("hoop_resource", "it").remove("agent_id");
    terraform.configure(&config);
    terraform.apply().ok();
    assert_eq!(agent(), "");
    terraform.second_plan_is_empty();
    terraform.destroy().ok();
}
