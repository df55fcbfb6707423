//! Null where Terraform itself crashes: an object with write-only attributes, in a map. The provider's error comes first,
//! whenever it turns out.

use crate::emulator::Emulator;
use crate::terraform::{Feature, Outcome, Terraform, control};

const NULL_ROLE: &str = r#"
variable "on" {
  type = bool
  default = false
}
resource "terraform_data" "late" {
  input = var.on
}
resource "hoop_resource" "host" {
  name = "tf-host"
  type = "custom"
  roles = {
    tf-a = { type = "custom", secrets_wo = { "envvar:A" = "a" }, secrets_wo_version = 1 }
    tf-b = ROLE
  }
}
"#;

#[track_caller]
fn assert_refused(outcome: &Outcome) {
    let error = outcome.one_error();
    assert!(error.says("roles[\"tf-b\"]") && error.says("k => v if v != null"), "{error:#?}");
    assert!(!outcome.everything().contains("panic") && outcome.code == 1, "{outcome:#?}");
}

#[test]
fn a_null_role_is_an_error_and_no_crash() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let terraform = Terraform::new(&gateway);
    terraform.write(&NULL_ROLE.replace("ROLE", "null"));
    assert_refused(&terraform.validate());
    assert_refused(&terraform.plan().outcome);
    // Known once there is a plan.
    terraform.write(&NULL_ROLE.replace("ROLE", "var.on ? { type = \"custom\" } : null"));
    terraform.validate().ok();
    assert_refused(&terraform.plan().outcome);
    // Known once there is an apply.
    terraform.write(&NULL_ROLE.replace("ROLE", "terraform_data.late.output ? { type = \"custom\" } : null"));
    terraform.plan().ok();
    assert_refused(&terraform.apply());
    assert!(gateway.emulator().requests().iter().all(|request| request.method == "GET"));
    // The way that the error shows.
    let filtered = NULL_ROLE
        .replace("roles = {", "roles = { for k, v in {")
        .replace("ROLE\n  }", "null\n  } : k => v if v != null }");
    terraform.write(&filtered);
    terraform.apply().ok();
    terraform.second_plan_is_empty();
}
