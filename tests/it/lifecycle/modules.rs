//! The modules under `examples/modules` as their authors work with them: formatted, valid, and tested by `terraform test`,
//! against a gateway (`tests/gateway.tftest.hcl`) and with a mocked provider alone (`tests/mocked.tftest.hcl`).

use std::fs;
use std::path::{Path, PathBuf};

use super::assert_left_as_it_was;
use crate::emulator::Emulator;
use crate::terraform::{Feature, Terraform, control};

const MOCKED: &str = "mocked.tftest.hcl";
const GATEWAY: &str = "gateway.tftest.hcl";

fn modules() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/modules");
    let mut found: Vec<PathBuf> =
        fs::read_dir(root).expect("modules").map(|entry| entry.expect("one").path()).collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

/// Copies the files of a module, and of its tests the one of this name.
fn set_up(terraform: &Terraform, module: &Path, test: &str) {
    for entry in fs::read_dir(module).expect("a module").map(|entry| entry.expect("an entry")) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".tf") {
            terraform.file(&name, &fs::read_to_string(entry.path()).expect("a readable file"));
        }
    }
    fs::create_dir(terraform.path("tests")).expect("a directory for tests");
    let path = format!("tests/{test}");
    terraform.file(&path, &fs::read_to_string(module.join(&path)).expect("a module has both tests"));
}

fn test(terraform: &Terraform) {
    terraform.run(&["test", "-no-color", "-json"]).ok();
}

#[test]
fn a_module_is_formatted_and_valid_and_its_mocked_tests_need_no_gateway() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    for module in modules() {
        let terraform = Terraform::offline();
        set_up(&terraform, &module, MOCKED);
        terraform.run(&["fmt", "-check", "-recursive"]).ok();
        assert_eq!(terraform.validate().ok().warnings().count(), 0, "{} has warnings", module.display());
        test(&terraform);
    }
}

#[test]
fn a_module_lives_at_a_gateway() {
    let Some(()) = Feature::EARLIER_RUNS.supported() else { return };
    for module in modules() {
        let Some(gateway) = control(|| Emulator::builder().masking(true).start()) else { return };
        let terraform = Terraform::new(&gateway);
        set_up(&terraform, &module, GATEWAY);
        test(&terraform);
        assert_left_as_it_was(gateway.emulator());
    }
}

/// What a plan refuses, a mocked provider accepts only where it must: in the place of identifiers.
#[test]
fn a_mocked_provider_checks_the_rest_of_a_configuration() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let terraform = Terraform::offline();
    terraform.write(
        r#"
        variable "name" { default = "orders" }
        resource "hoop_agent" "it" { name = "eu-west-1" }
        resource "hoop_connection" "it" {
          name     = var.name
          type     = "custom"
          agent_id = hoop_agent.it.id
        }
        resource "hoop_plugin_connection" "it" {
          plugin_name   = "slack"
          connection_id = hoop_connection.it.id
          config        = []
        }
        "#,
    );
    let of = |name: &str| {
        let text =
            format!("mock_provider \"hoop\" {{}}\nrun \"all\" {{\n  variables {{\n    name = {name:?}\n  }}\n}}\n");
        terraform.file("all.tftest.hcl", &text);
        terraform.run(&["test", "-no-color", "-json"])
    };
    of("orders").ok();
    assert!(of("not a name").text().contains("must be 3 to 254 characters long"));
}
