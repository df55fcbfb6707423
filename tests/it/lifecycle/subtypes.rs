//! Every kind of connection, with and without a command and secrets: created, imported, and never a difference,
//! whatever the gateway fills in by itself.

use serde_json::{Map, Value as Json, json};

use super::{assert_left_as_it_was, connection, minimal, with_agent};
use crate::subject::kinds::{KINDS, kinds};
use crate::terraform::{Config, Feature, Gateway, Terraform};

fn every_kind(gateway: &Gateway) -> (Config, Vec<String>) {
    let mut config = with_agent(gateway);
    let mut labels = Vec::new();
    for (label, differences) in kinds() {
        let mut attributes = minimal(&format!("{}{label}", gateway.prefix));
        attributes.as_object_mut().expect("an object").extend(differences);
        connection(&mut config, &label, attributes);
        labels.push(label);
    }
    (config, labels)
}

#[test]
fn every_subtype_plans_empty_after_apply_and_after_import() {
    let Some(()) = Feature::IMPORT_BLOCKS.supported() else { return };
    let gateway = Gateway::any();
    let terraform = Terraform::new(&gateway);
    let (config, labels) = every_kind(&gateway);
    terraform.configure(&config);
    terraform.apply().ok();
    terraform.second_plan_is_empty();

    terraform.forget();
    let block = |label: &String| {
        format!("import {{\n  to = hoop_connection.{label}\n  id = \"{}{label}\"\n}}\n", gateway.prefix)
    };
    let agent = format!("import {{\n  to = hoop_agent.it\n  id = \"{}agent\"\n}}\n", gateway.prefix);
    terraform.file("imports.tf", &(labels.iter().map(block).collect::<String>() + &agent));
    let plan = terraform.plan().ok();
    let unquiet: Vec<_> = plan.changes.iter().filter(|change| !change.is(&["no-op"])).collect();
    assert!(unquiet.is_empty() && plan.changes.len() == labels.len() + 1, "the imports change something: {unquiet:#?}");
    terraform.apply_saved().ok();
    terraform.remove("imports.tf");
    terraform.second_plan_is_empty();

    terraform.destroy().ok();
    if !gateway.is_real() {
        assert_left_as_it_was(gateway.emulator());
    }
}

/// An empty command asks for the default; once that has been read there is no difference either.
#[test]
fn empty_values_are_no_difference() {
    let gateway = Gateway::any();
    let terraform = Terraform::new(&gateway);
    let mut config = with_agent(&gateway);
    for (index, (kind, subtype)) in KINDS.iter().enumerate() {
        let mut attributes = minimal(&format!("{}empty-{index}", gateway.prefix));
        let empty = json!({ "type": kind, "subtype": subtype, "command": [], "secrets": {}, "tags": {}, "reviewers": [],
            "redact_types": [], "guardrail_rules": [], "attributes": [], "mandatory_metadata_fields": [],
            "force_approve_groups": [], "resource_name": "", "jira_issue_template_id": "" });
        attributes.as_object_mut().expect("an object").extend(empty.as_object().expect("an object").clone());
        connection(&mut config, &format!("empty-{index}"), attributes);
    }
    terraform.configure(&config);
    terraform.apply().ok();
    let plan = terraform.plan().ok();
    assert!(plan.changes.is_empty() && plan.outcome.code == 0, "{:#?}", plan.changes);
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    terraform.destroy().ok();
}

/// What the attributes say, whichever way nothing is spelt.
fn meaning(object: &Json) -> Map<String, Json> {
    let mut object = object.as_object().expect("attributes").clone();
    object.retain(|_, value| ![json!(null), json!(""), json!([]), json!({})].contains(value));
    object
}

#[test]
fn a_connection_is_imported_by_name_and_by_id() {
    let gateway = Gateway::any();
    let terraform = Terraform::new(&gateway);
    let mut config = with_agent(&gateway);
    let name = format!("{}imported", gateway.prefix);
    let mut attributes = minimal(&name);
    attributes["secrets"] = json!({ "envvar:TOKEN": "plain" });
    connection(&mut config, "one", attributes);
    terraform.configure(&config);
    terraform.apply().ok();
    let (created, agent) = (terraform.object("hoop_connection.one"), terraform.object("hoop_agent.it"));
    let id = |object: &Json| object["id"].as_str().expect("an id").to_owned();
    for (connection, agent) in [(name, agent["name"].as_str().expect("a name").to_owned()), (id(&created), id(&agent))]
    {
        terraform.forget();
        terraform.import("hoop_connection.one", &connection).ok();
        terraform.import("hoop_agent.it", &agent).ok();
        assert_eq!(meaning(&terraform.object("hoop_connection.one")), meaning(&created), "imported by {connection}");
        terraform.second_plan_is_empty();
    }
    terraform.destroy().ok();
}
