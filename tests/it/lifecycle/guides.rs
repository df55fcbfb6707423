//! The configurations of the guides and of the index, and what these promise of them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json, json};

use super::examples::{copy, everything};
use super::shown;
use crate::emulator::Emulator;
use crate::terraform::{Feature, HOOP, LERIAN, Terraform, control};

/// The gateway of every example.
const GATEWAY: &str = "https://hoop.example.com/api";

/// These guides have tests of their own, which show more.
const ELSEWHERE: [&str; 2] = ["secrets", "taking-over"];

fn examples(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(folder)
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of examples");
    let mut found: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    found.sort();
    found
}

fn name(path: &Path) -> &str {
    path.file_stem().and_then(|name| name.to_str()).expect("a name")
}

/// The files of each configuration that is shown as a whole.
fn configurations() -> Vec<Vec<PathBuf>> {
    let guides = entries(&examples("guides")).into_iter().filter(|guide| !ELSEWHERE.contains(&name(guide)));
    let guides: Vec<_> = guides.map(|guide| entries(&guide)).collect();
    assert!(guides.len() >= 3, "the guides have examples");
    guides.into_iter().chain([vec![examples("provider/provider.tf")]]).collect()
}

/// Applied, planned again and destroyed, each at a gateway of its own.
#[test]
fn every_configuration_of_a_guide_lives() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    for files in configurations() {
        let Some(gateway) = control(|| Emulator::builder().masking(true).start()) else { return };
        let before = everything(gateway.emulator());
        let terraform = Terraform::new(&gateway);
        // Each configuration has its own.
        terraform.remove("versions.tf");
        for path in &files {
            let text = fs::read_to_string(path).expect("an example").replace(GATEWAY, gateway.api_url());
            terraform.file(path.file_name().and_then(|name| name.to_str()).expect("a name"), &text);
        }
        copy(&terraform, "modules/database", &examples("modules/database"));
        terraform.modules().ok();
        terraform.apply().ok();
        terraform.second_plan_is_empty();
        terraform.destroy().ok();
        assert_eq!(everything(gateway.emulator()), before, "{files:?} leaves something behind");
    }
}

/// As modules of one configuration. Terraform passes over the block of a provider that nothing uses.
#[test]
fn every_provider_block_of_the_documentation_is_valid() {
    let terraform = Terraform::of_providers(&[HOOP, LERIAN]);
    let mut modules = Map::new();
    for (folder, used) in [("provider", "hoop_server_info"), ("provider-lerian", "lerian_reporter_connections")] {
        for path in entries(&examples(folder)) {
            let module = format!("{folder}-{}", name(&path));
            let text = fs::read_to_string(&path).expect("an example");
            fs::create_dir(terraform.path(&module)).expect("a folder of a module");
            terraform.file(&format!("{module}/main.tf"), &format!("{text}\ndata \"{used}\" \"used\" {{}}\n"));
            // Values of variables are not part of what is shown.
            let variables = text.lines().filter_map(|line| line.strip_prefix("variable \"")?.split_once('"'));
            let mut call: Map<String, Json> =
                variables.map(|(variable, _)| (variable.to_owned(), json!("x"))).collect();
            call.insert("source".to_owned(), json!(format!("./{module}")));
            modules.insert(module, Json::Object(call));
        }
    }
    assert!(modules.len() >= 5, "there are provider blocks");
    terraform.file("main.tf.json", &json!({ "module": modules }).to_string());
    terraform.modules().ok();
    assert_eq!(terraform.validate().ok().warnings().count(), 0, "a provider block has warnings");
}

#[test]
fn secrets_of_the_guide_are_at_the_gateway_and_not_in_the_state() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
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
