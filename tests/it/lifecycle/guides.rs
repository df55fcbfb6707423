//! The configurations of the guides, and what the guides promise of them.

use std::path::Path;

use super::examples::{copy, everything};
use super::shown;
use crate::emulator::Emulator;
use crate::terraform::{Terraform, control};

#[test]
fn secrets_of_the_guide_are_at_the_gateway_and_not_in_the_state() {
    const CANARY: &str = "canary-91ce";
    let Some(gateway) = control(Emulator::start) else { return };
    let before = everything(gateway.emulator());
    let mut terraform = Terraform::new(&gateway);
    copy(&terraform, ".", &Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/guides/secrets"));
    terraform.env("TF_VAR_reports_password", CANARY);
    terraform.env("TF_VAR_reports_password_version", "1");
    terraform.run(&["fmt", "-check"]).ok();
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    let passwords = || {
        let stored = |name: &str| shown(gateway.emulator(), name)["secret"]["envvar:PASS"].clone();
        [stored("reports-db"), stored("reports-exports")]
    };
    assert_eq!(passwords(), ["Y2FuYXJ5LTkxY2U="; 2]);

    // A plan is saved with the new password, which the apply needs again.
    terraform.env("TF_VAR_reports_password", format!("{CANARY}-2"));
    terraform.env("TF_VAR_reports_password_version", "2");
    let plan = terraform.plan().ok();
    assert_eq!(plan.changes.len(), 2, "{plan:#?}");
    let applied = terraform.apply_saved().ok();
    assert_eq!(passwords(), ["Y2FuYXJ5LTkxY2UtMg=="; 2], "both connections have the new password");
    terraform.second_plan_is_empty();
    let shown = terraform.run(&["show", "-json", "saved.plan"]).ok().everything();
    for (place, text) in [("state", terraform.state_text()), ("output", applied.everything()), ("plan", shown)] {
        assert!(!text.contains(CANARY) && !text.contains("Y2FuYXJ5LTkxY2"), "the {place} contains the password");
    }
    terraform.destroy().ok();
    assert_eq!(everything(gateway.emulator()), before, "something is left behind");
}
