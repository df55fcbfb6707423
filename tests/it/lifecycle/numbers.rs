//! Numbers that Terraform calculates: it keeps 512 bits of them, and the system a float.

use crate::emulator::Emulator;
use crate::terraform::{Terraform, control};

#[test]
fn a_calculated_fraction_comes_to_rest() {
    let Some(gateway) = control(|| Emulator::builder().masking(true).start()) else { return };
    let terraform = Terraform::new(&gateway);
    let calculated = ["1 / 3", "1 - 0.1", "pow(10, -1)", "0.12345678901234567890", "1 / 3 * 3"];
    for (threshold, score) in calculated.iter().zip(calculated.iter().rev()) {
        terraform.write(&format!(
            "resource \"hoop_datamasking_rules\" \"it\" {{\n  name = \"tf-masking\"\n  score_threshold = {threshold}\n  \
             custom_entity_types = [{{ name = \"ORDER\", regex = \"O\", score = {score} }}]\n}}\n"
        ));
        terraform.apply().ok();
        terraform.second_plan_is_empty();
    }
}
