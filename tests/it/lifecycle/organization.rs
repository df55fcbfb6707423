//! The whole organization of `examples/organization` in one configuration: applied to a fresh gateway, changed, imported
//! into a fresh state and destroyed.

use std::path::Path;

use serde_json::json;

use super::examples::{copy, everything, import_all};
use crate::emulator::Emulator;
use crate::terraform::{Feature, Terraform, control};

#[test]
fn an_organization_is_set_up_changed_imported_and_taken_down() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(|| Emulator::builder().masking(true).start()) else { return };
    let before = everything(gateway.emulator());
    let terraform = Terraform::new(&gateway);
    copy(&terraform, ".", &Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/organization"));
    terraform.run(&["fmt", "-check"]).ok();
    assert_eq!(terraform.validate().ok().warnings().count(), 0, "it has warnings");
    terraform.apply().ok();
    terraform.second_plan_is_empty();

    // One person comes, one has other groups, one goes; approvals last longer; a password is another.
    let people = json!({
        "ada@example.com": {"name": "Ada Lovelace", "groups": ["dba"]},
        "grace@example.com": {"name": "Grace Hopper", "groups": ["engineering", "support"]},
        "barbara@example.com": {"name": "Barbara Liskov", "groups": ["engineering"]},
    });
    let changed = json!({"people": people, "approval_hours": 8, "masked": "PHONE_NUMBER", "passwords_version": "2"});
    terraform.file("terraform.tfvars.json", &changed.to_string());
    let plan = terraform.plan().ok();
    let of = |actions: &[&str]| {
        let those = plan.changes.iter().filter(|change| change.is(actions));
        those.map(|change| change.address.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of(&["create"]), [r#"hoop_user.person["barbara@example.com"]"#]);
    assert_eq!(of(&["delete"]), [r#"hoop_user.person["edsger@example.com"]"#]);
    assert_eq!(of(&["update"]).len() + 2, plan.changes.len(), "nothing is replaced: {plan:#?}");
    for address in ["hoop_access_request_rule.payments", "hoop_datamasking_rules.contact"] {
        assert!(of(&["update"]).contains(&address), "{plan:#?}");
    }
    terraform.apply_saved().ok();
    terraform.second_plan_is_empty();

    import_all(&terraform);
    terraform.destroy().ok();
    assert_eq!(everything(gateway.emulator()), before, "something is left behind");
}
