//! The examples of the documentation live: each directory is applied, planned again, imported and destroyed. What is
//! there is found at run time, so that a new object's example is tested by being written.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::assert_left_as_it_was;
use crate::emulator::Emulator;
use crate::terraform::{Gateway, Terraform, control};

fn directories(family: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(family);
    let Ok(entries) = fs::read_dir(&root) else { return Vec::new() };
    let mut found: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

fn files(directory: &Path, extension: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(directory).expect("an example").map(|entry| entry.expect("an entry").path());
    let wanted = entries.filter(|path| path.extension().is_some_and(|it| it == extension));
    let read = |path: PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read_to_string(&path).expect("a readable example"))
    };
    wanted.map(read).collect()
}

/// An example's files in a workspace of its own. Import blocks come later, when there is something to import.
fn workspace(gateway: &Gateway, directory: &Path) -> Terraform {
    let terraform = Terraform::new(gateway);
    let sources = files(directory, "tf");
    assert!(!sources.is_empty(), "{} has no configuration", directory.display());
    for (name, text) in sources.iter().filter(|(name, _)| !name.starts_with("import")) {
        terraform.file(name, text);
    }
    terraform
}

/// What `terraform import` in the example's import.sh says: address and id.
fn documented_imports(directory: &Path) -> Vec<(String, String)> {
    let scripts = files(directory, "sh");
    let lines =
        scripts.iter().flat_map(|(_, text)| text.lines()).filter_map(|line| line.strip_prefix("terraform import "));
    let unquoted = |text: &str| text.trim().trim_matches(|c| c == '\'' || c == '"').to_owned();
    let split = |line: &str| line.split_once(' ').map(|(address, id)| (unquoted(address), unquoted(id)));
    lines.filter_map(split).collect()
}

/// The attributes that an import cannot learn: what is shown once, and what is never stored.
fn unlearnable(attributes: &Json) -> BTreeSet<&str> {
    let versions = attributes.as_object().expect("attributes").keys();
    let twins = versions.filter_map(|name| name.strip_suffix("_wo_version"));
    twins.filter(|twin| !attributes[format!("{twin}_wo_version")].is_null()).collect()
}

/// Imports everything that the example manages into an empty state, by command or by block.
fn import_all(terraform: &Terraform, imports: &[(String, String)], by_block: bool) {
    terraform.forget();
    if by_block {
        let block = |(to, id): &(String, String)| format!("import {{\n  to = {to}\n  id = {id:?}\n}}\n");
        terraform.file("imports.tf", &imports.iter().map(block).collect::<String>());
        let plan = terraform.plan().ok();
        assert_eq!(plan.changes.iter().filter(|change| change.importing).count(), imports.len(), "{plan:#?}");
        assert!(plan.changes.iter().all(|change| change.importing), "an import creates or destroys: {plan:#?}");
        terraform.apply_saved().ok();
        terraform.remove("imports.tf");
    } else {
        for (address, id) in imports {
            terraform.import(address, id).ok();
        }
    }
}

/// After an import only what it could not learn is written, and then nothing.
fn assert_settles(terraform: &Terraform, before: &[(String, Json)]) {
    let plan = terraform.plan().ok();
    for change in &plan.changes {
        let (_, attributes) =
            before.iter().find(|(address, _)| *address == change.address).expect("it was managed before");
        let unlearnable = unlearnable(attributes);
        let excused = |name: &String| unlearnable.iter().any(|twin| name.starts_with(twin));
        assert!(change.is(&["update"]) && change.changed().iter().all(excused), "{change:#?}");
    }
    terraform.apply_saved().ok();
    terraform.second_plan_is_empty();
}

fn live(directory: &Path, gateway: &Gateway) {
    let terraform = workspace(gateway, directory);
    assert_eq!(terraform.validate().ok().warnings().count(), 0, "{} has warnings", directory.display());
    terraform.apply().ok();
    terraform.second_plan_is_empty();

    let state = terraform.state();
    let documented = documented_imports(directory);
    let kind = directory.file_name().expect("a type").to_string_lossy();
    for (address, _) in &documented {
        assert!(state.iter().any(|(at, _)| at == address), "{address} of import.sh is not in the example");
        assert!(address.starts_with(&format!("{kind}.")), "{address} is not what {kind} documents");
    }
    // Other objects of the example are imported by name, as every object that has one is.
    let import = |(address, attributes): &(String, Json)| {
        let id = documented.iter().find(|(at, _)| at == address).map(|(_, id)| id.clone());
        (address.clone(), id.unwrap_or_else(|| attributes["name"].as_str().expect("a name").to_owned()))
    };
    let imports: Vec<_> = state.iter().filter(|(address, _)| address.starts_with("hoop_")).map(import).collect();
    if imports.len() == state.len() && !imports.is_empty() {
        for by_block in [false, true] {
            import_all(&terraform, &imports, by_block);
            assert_settles(&terraform, &state);
        }
    }
    terraform.destroy().ok();
}

#[test]
fn every_example_lives() {
    let mut seen = Vec::new();
    for directory in ["resources", "data-sources"].into_iter().flat_map(directories) {
        let Some(gateway) = control(Emulator::start) else { return };
        live(&directory, &gateway);
        assert_left_as_it_was(gateway.emulator());
        seen.push(directory);
    }
    assert!(!seen.is_empty(), "there is no example to test");
}
