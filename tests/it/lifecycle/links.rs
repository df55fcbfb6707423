//! A link that two objects can set, driven by the real Terraform: set on one end, on both alike, and on both differently.

use serde_json::json;

use super::{connection, minimal, with_agent};
use crate::emulator::Emulator;
use crate::terraform::{Terraform, control, reference};

#[test]
fn a_link_is_set_on_one_end_or_alike_on_both_and_a_contradiction_is_named() {
    let Some(gateway) = control(Emulator::start) else { return };
    let terraform = Terraform::new(&gateway);
    let mut config = with_agent(&gateway);
    connection(&mut config, "it", minimal("tf-linked"));
    let names = json!([reference("hoop_connection.it.name")]);
    config.set("hoop_attribute", "it", json!({ "name": "tf-pci", "connection_names": names }));
    let ids = json!([reference("hoop_connection.it.id")]);
    config.set("hoop_guardrail_rule", "it", json!({ "name": "tf-rule", "connection_ids": ids }));
    terraform.configure(&config);
    terraform.apply().ok();
    let shown = || terraform.object("hoop_connection.it");

    // The other end shows the links and plans nothing, also when it sets them alike.
    terraform.run(&["apply", "-refresh-only", "-auto-approve", "-json"]).ok();
    assert_eq!(shown()["attributes"], json!(["tf-pci"]));
    let rule = terraform.object("hoop_guardrail_rule.it")["id"].clone();
    assert_eq!(shown()["guardrail_rules"], json!([rule]));
    terraform.second_plan_is_empty();
    config.get("hoop_connection", "it").insert("attributes".to_owned(), json!(["tf-pci"]));
    terraform.configure(&config);
    terraform.second_plan_is_empty();

    config.get("hoop_connection", "it").insert("attributes".to_owned(), json!([]));
    terraform.configure(&config);
    let plan = terraform.plan();
    let warnings: Vec<_> = plan.outcome.warnings().filter(|warning| warning.says("set a link differently")).collect();
    assert_eq!(warnings.len(), 1, "{:#?}", plan.outcome);
    assert!(warnings[0].says("tf-linked") && warnings[0].says("tf-pci"), "{warnings:#?}");
    config.get("hoop_connection", "it").remove("attributes");
    terraform.configure(&config);
    terraform.apply().ok();
    terraform.destroy().ok();
}
