//! A gateway of the version that the oldest installations run: it works, and says clearly where it cannot.

use serde_json::json;

use super::{assert_left_as_it_was, connection, minimal, shown, with_agent};
use crate::emulator::Emulator;
use crate::terraform::{Terraform, control};

const OLD: &str = "1.49.10";

#[test]
fn an_old_gateway_works_with_a_legacy_key() {
    let Some(gateway) = control(|| Emulator::builder().version(OLD).start()) else { return };
    let gateway = gateway.with_legacy_key();
    let terraform = Terraform::new(&gateway);
    let mut config = with_agent(&gateway);
    for subtype in ["postgres", "mssql", "mongodb"] {
        let mut attributes = minimal(&format!("tf-{subtype}"));
        attributes["type"] = json!("database");
        attributes["subtype"] = json!(subtype);
        attributes["secrets"] = json!({ "envvar:HOST": "h" });
        attributes["reviewers"] = json!(["dba"]);
        attributes["min_review_approvals"] = json!(1);
        connection(&mut config, subtype, attributes);
    }
    terraform.configure(&config);
    terraform.apply().ok();
    terraform.second_plan_is_empty();

    let postgres = config.get("hoop_connection", "postgres");
    postgres.insert("tags".to_owned(), json!({ "a": "b" }));
    config.get("hoop_connection", "mssql").insert("access_max_duration".to_owned(), json!(60));
    config.get("hoop_connection", "mongodb").insert("secrets".to_owned(), json!({ "envvar:HOST": "i" }));
    terraform.configure(&config);
    terraform.apply().ok();
    assert_eq!(shown(gateway.emulator(), "tf-postgres")["connection_tags"], json!({ "a": "b" }));
    assert_eq!(shown(gateway.emulator(), "tf-mongodb")["secret"], json!({ "envvar:HOST": "aQ==" }));
    terraform.second_plan_is_empty();

    terraform.forget();
    for subtype in ["postgres", "mssql", "mongodb"] {
        terraform.import(&format!("hoop_connection.{subtype}"), &format!("tf-{subtype}")).ok();
    }
    terraform.import("hoop_agent.it", "tf-agent").ok();
    terraform.second_plan_is_empty();
    terraform.destroy().ok();
    assert_left_as_it_was(gateway.emulator());
}

#[test]
fn what_an_old_gateway_would_drop_is_refused_by_the_plan() {
    let Some(gateway) = control(|| Emulator::builder().version(OLD).start()) else { return };
    let gateway = gateway.with_legacy_key();
    let terraform = Terraform::new(&gateway);
    for (attribute, value) in [("attributes", json!(["pci"])), ("mandatory_metadata_fields", json!(["ticket"]))] {
        let mut config = with_agent(&gateway);
        let mut attributes = minimal("tf-new");
        attributes[attribute] = value;
        connection(&mut config, "new", attributes);
        terraform.configure(&config);
        let plan = terraform.plan();
        let error = plan.outcome.one_error();
        assert!(error.says(attribute) && error.says(OLD), "{error:#?}");
    }
    assert!(gateway.emulator().requests().iter().all(|request| request.method == "GET"));
}
