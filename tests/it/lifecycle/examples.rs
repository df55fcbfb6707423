//! The examples of the documentation live: each directory is applied, planned again, imported and destroyed. What is
//! there is found at run time, so that a new object's example is tested by being written.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::Attr;

use crate::emulator::Emulator;
use crate::emulator::manager::ManagerEmulator;
use crate::subject::PROVIDERS;
use crate::terraform::{Terraform, control};

/// What a gateway keeps objects in, as far as an example can leave something behind. Not here is what the gateway itself
/// keeps: plugins and their credentials, and the resources and attributes of destroyed connections.
const COLLECTIONS: &[&str] =
    &["connections", "agents", "users", "datamasking-rules", "guardrails", "runbooks/rules", "runbooks/configurations"];

/// How the documentation of a type says that one of its objects is imported.
struct Import {
    /// The id, with the values that identify the example's object.
    id: String,
    /// Those values by attribute.
    identity: Vec<(String, String)>,
}

impl Import {
    fn documented(kind: &str) -> Option<Import> {
        let directory = root("resources").join(kind);
        let read = |name| fs::read_to_string(directory.join(name)).ok();
        let (script, block) = (read("import.sh")?, read("import-by-identity.tf")?);
        let command =
            script.lines().find_map(|line| line.strip_prefix("terraform import ")).expect("an import command");
        let (address, id) = command.split_once(' ').expect("an address and an id");
        assert!(address.starts_with(&format!("{kind}.")), "{address} is not what {kind} documents");
        let inner = block.split_once("identity = {").expect("an identity").1.split_once('}').expect("its end").0;
        let pair = |line: &str| line.split_once('=').map(|(name, value)| (unquoted(name), unquoted(value)));
        Some(Import { id: unquoted(id), identity: inner.lines().filter_map(pair).collect() })
    }

    /// The id of an object with these attributes.
    fn of(&self, attributes: &Json) -> String {
        self.identity.iter().fold(self.id.clone(), |id, (name, documented)| {
            let actual = attributes[name].as_str().unwrap_or_else(|| panic!("no text in {name}: {attributes}"));
            assert!(id.contains(documented.as_str()), "{id} does not hold {name}");
            id.replace(documented.as_str(), actual)
        })
    }
}

fn root(family: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(family)
}

fn unquoted(text: &str) -> String {
    text.trim().trim_matches(|c| c == '\'' || c == '"').to_owned()
}

fn directories(family: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(root(family)) else { return Vec::new() };
    let mut found: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

/// Puts an example's configuration into a workspace. Its import blocks are documentation of another situation.
fn set_up(terraform: &Terraform, directory: &Path) {
    let entries = fs::read_dir(directory).expect("an example").map(|entry| entry.expect("an entry"));
    let (mut count, mut names_provider) = (0, false);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with(".tf") || name.starts_with("import") {
            continue;
        }
        let text = fs::read_to_string(entry.path()).expect("a readable example");
        names_provider |= text.contains("required_providers");
        terraform.file(&name, &text);
        count += 1;
    }
    assert!(count > 0, "{} has no configuration", directory.display());
    if names_provider {
        terraform.remove("versions.tf");
    }
}

/// Secrets that the example gives write-only: an import shows what is stored, which is then written over once.
fn write_only(attributes: &Json) -> BTreeSet<&str> {
    let names = attributes.as_object().expect("attributes").keys();
    let twins = names.filter_map(|name| name.strip_suffix("_wo_version"));
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

/// Attributes of a type that no import can restore, since no answer shows them, and what changes along with any write.
fn not_restored(kind: &str) -> Vec<&'static str> {
    let resource = PROVIDERS.iter().find_map(|provider| provider.resource(kind)).expect("a type");
    let hidden = |attr: &Attr| attr.is_client_only() || !attr.is_readable();
    let inside = |attr: &Attr| attr.kind.nested().is_some_and(|nested| nested.iter().any(hidden));
    let excused = resource.managed().filter(|attr| hidden(attr) || inside(attr) || attr.is_volatile());
    excused.map(|attr| attr.name).collect()
}

/// After an import only what it could not restore is written once more, and then nothing.
fn assert_settles(terraform: &Terraform, before: &[(String, Json)]) {
    let plan = terraform.plan().ok();
    for change in &plan.changes {
        let managed = before.iter().find(|(address, _)| *address == change.address);
        let twins = write_only(&managed.expect("it was managed before").1);
        let hidden = not_restored(change.address.split('.').next().expect("a type"));
        let excused =
            |name: &String| hidden.contains(&name.as_str()) || twins.iter().any(|twin| name.starts_with(twin));
        assert!(change.is(&["update"]) && change.changed().iter().all(excused), "{change:#?}");
    }
    terraform.apply_saved().ok();
    terraform.second_plan_is_empty();
}

fn live(directory: &Path, terraform: &Terraform) {
    set_up(terraform, directory);
    assert_eq!(terraform.validate().ok().warnings().count(), 0, "{} has warnings", directory.display());
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    let state = terraform.state();
    let import = |(address, attributes): &(String, Json)| {
        let kind = address.split('.').next().expect("a type");
        let documented = Import::documented(kind).unwrap_or_else(|| panic!("{kind} does not say how it is imported"));
        (address.clone(), documented.of(attributes))
    };
    let imports: Vec<_> = state.iter().map(import).collect();
    if !imports.is_empty() {
        for by_block in [false, true] {
            import_all(terraform, &imports, by_block);
            assert_settles(terraform, &state);
        }
    }
    terraform.destroy().ok();
}

/// Every object that the gateway has: its collection and its id.
fn everything(emulator: &Emulator) -> BTreeSet<(&'static str, String)> {
    let mut found = BTreeSet::new();
    for collection in COLLECTIONS {
        let (_, list) = emulator.call("GET", &format!("/api/{collection}"), Json::Null);
        let items = list.as_array().or_else(|| list["repositories"].as_array());
        for item in items.into_iter().flatten() {
            let id = item["id"].as_str().or_else(|| item["repository"].as_str()).expect("every object has an id");
            found.insert((*collection, id.to_owned()));
        }
    }
    found
}

fn live_at_the_gateway(directory: &Path) {
    let Some(gateway) = control(|| Emulator::builder().masking(true).start()) else { return };
    let before = everything(gateway.emulator());
    live(directory, &Terraform::new(&gateway));
    assert_eq!(everything(gateway.emulator()), before, "{} left something behind", directory.display());
}

/// Its databases can be reached: the examples test one and look into it.
fn live_at_the_manager(directory: &Path) {
    let target = json!({"host": "orders.internal", "port": 5432, "tables": {"orders": ["id", "total"]}});
    let manager = ManagerEmulator::builder().with(|manager| manager.add_target(&target)).start();
    live(directory, &Terraform::of_manager(&manager));
    let (_, list) = manager.call("GET", "/v1/management/connections", &[], &Json::Null);
    assert_eq!(list["total"], 0, "{} left something behind: {list}", directory.display());
}

fn every_example_of(family: &str) {
    let directories = directories(family);
    assert!(!directories.is_empty(), "there are no examples of {family}");
    for directory in directories {
        let name = directory.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        match name.split('_').next() {
            Some("hoop") => live_at_the_gateway(&directory),
            Some("lerian") => live_at_the_manager(&directory),
            _ => panic!("{} is of no provider", directory.display()),
        }
    }
}

#[test]
fn every_example_of_a_resource_lives() {
    every_example_of("resources");
}

#[test]
fn every_example_of_a_data_source_lives() {
    every_example_of("data-sources");
}
