//! The examples of the documentation live: applied, planned again, imported and destroyed. What is there is found at run
//! time, so that a new object's example is tested by being written. Each has a system of its own, as its page promises,
//! but one run of Terraform is for all of them: each example is a module with a provider block of its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json, json};
use terraform_provider_hoop::schema::Attr;

use crate::draw;
use crate::emulator::Emulator;
use crate::emulator::manager::ManagerEmulator;
use crate::subject::PROVIDERS;
use crate::terraform::{Change, Feature, Gateway, HOOP, LERIAN, Terraform, control, type_of};

/// What a gateway keeps objects in, as far as an example can leave something behind. Not here is what the gateway itself
/// keeps: plugins and their credentials, the resources and attributes of destroyed connections, revoked keys, inactive
/// service accounts, settings.
const COLLECTIONS: &[&str] = &[
    "access-requests/rules",
    "agents",
    "ai/session-analyzer/rules",
    "connections",
    "datamasking-rules",
    "event-routing/subscriptions",
    "guardrails",
    "integrations/jira/issuetemplates",
    "machineidentities",
    "runbooks/configurations",
    "runbooks/rules",
    "spiffe-mappings",
    "users",
];

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

/// What an example runs against.
enum System {
    /// With what it had before.
    Gateway(Gateway, BTreeSet<(&'static str, String)>),
    Manager(ManagerEmulator),
}

impl System {
    /// Of the provider that the example is of. None where only a real gateway is tested, which nothing may be left on.
    fn of(example: &str) -> Option<System> {
        // A function is called without the name of its provider.
        let of_function = PROVIDERS.iter().find(|provider| provider.function(example).is_some());
        match of_function.map(|provider| provider.name).or(example.split('_').next()) {
            Some("hoop") => {
                let gateway = control(|| Emulator::builder().masking(true).start())?;
                let before = everything(gateway.emulator());
                Some(System::Gateway(gateway, before))
            }
            // Its databases can be reached: the examples test one and look into it.
            Some("lerian") => {
                let target = json!({"host": "orders.internal", "port": 5432, "tables": {"orders": ["id", "total"]}});
                let manager = ManagerEmulator::builder().with(|manager| manager.add_target(&target)).start();
                Some(System::Manager(manager))
            }
            _ => panic!("{example} is of no provider"),
        }
    }

    fn provider(&self) -> &'static str {
        match self {
            System::Gateway(..) => "hoop",
            System::Manager(_) => "lerian",
        }
    }

    /// The provider block for this system.
    fn settings(&self) -> Json {
        match self {
            System::Gateway(gateway, _) => json!({"api_url": gateway.api_url(), "api_key": gateway.api_key()}),
            System::Manager(manager) => json!({"endpoint": manager.url()}),
        }
    }

    fn assert_left_as_it_was(&self, example: &str) {
        match self {
            System::Gateway(gateway, before) => {
                assert_eq!(everything(gateway.emulator()), *before, "{example} left something behind");
            }
            System::Manager(manager) => {
                let (_, list) = manager.call("GET", "/v1/management/connections", &[], &Json::Null);
                assert_eq!(list["total"], 0, "{example} left something behind: {list}");
            }
        }
    }
}

/// Every object that the gateway has: its collection and its id.
pub(super) fn everything(emulator: &Emulator) -> BTreeSet<(&'static str, String)> {
    let mut found = BTreeSet::new();
    for collection in COLLECTIONS {
        let (status, list) = emulator.call("GET", &format!("/api/{collection}"), Json::Null);
        assert_eq!(status, 200, "{collection}: {list}");
        let items = ["repositories", "data"].into_iter().find_map(|at| list[at].as_array());
        for item in items.or(list.as_array()).into_iter().flatten() {
            let id = item["id"].as_str().or_else(|| item["repository"].as_str()).expect("every object has an id");
            found.insert((*collection, id.to_owned()));
        }
    }
    found
}

/// Copies an example's configuration. Its import blocks are documentation of another situation.
pub(super) fn copy(terraform: &Terraform, to: &str, directory: &Path) {
    fs::create_dir_all(terraform.path(to)).expect("a directory for the module");
    let mut count = 0;
    for entry in fs::read_dir(directory).expect("an example").map(|entry| entry.expect("an entry")) {
        let file = entry.file_name().to_string_lossy().into_owned();
        if file.ends_with(".tf") && !file.starts_with("import") {
            terraform.file(&format!("{to}/{file}"), &fs::read_to_string(entry.path()).expect("a readable example"));
            count += 1;
        }
    }
    assert!(count > 0, "{} has no configuration", directory.display());
}

/// Such an example is a configuration of its own, and no module. `lifecycle::ephemeral` applies them.
fn configures_a_provider(directory: &Path) -> bool {
    let read = |entry: fs::DirEntry| fs::read_to_string(entry.path()).unwrap_or_default();
    let mut files = fs::read_dir(directory).expect("an example").map(|entry| read(entry.expect("an entry")));
    files.any(|text| text.lines().any(|line| line.starts_with("provider \"")))
}

/// All examples of a family.
struct Examples {
    terraform: Terraform,
    systems: Vec<(String, System)>,
}

impl Examples {
    fn of(family: &str) -> Self {
        let directories = directories(family);
        assert!(!directories.is_empty(), "there are no examples of {family}");
        let terraform = Terraform::of_providers(&[HOOP, LERIAN]);
        let (mut systems, mut modules, mut blocks) = (Vec::new(), Map::new(), Vec::new());
        for directory in directories {
            let name = directory.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
            if !draw::is_wanted(&name) {
                continue;
            }
            if configures_a_provider(&directory) {
                continue;
            }
            let Some(system) = System::of(&name) else { continue };
            copy(&terraform, &name, &directory);
            let (provider, mut settings) = (system.provider(), system.settings());
            settings["alias"] = json!(name);
            blocks.push(json!({ provider: settings }));
            let providers = json!({ provider: format!("{provider}.{name}") });
            modules.insert(name.clone(), json!({"source": format!("./{name}"), "providers": providers}));
            systems.push((name, system));
        }
        terraform.file("main.tf.json", &json!({"provider": blocks, "module": modules}).to_string());
        if !systems.is_empty() {
            terraform.modules().ok();
        }
        Self { terraform, systems }
    }

    fn apply(&self) {
        assert_eq!(self.terraform.validate().ok().warnings().count(), 0, "an example has warnings");
        self.terraform.apply().ok();
        // The other end of a link, which no configuration names there, shows it from the next refresh on.
        let plan = self.terraform.plan().ok();
        assert!(plan.changes.is_empty() && plan.drift.iter().all(is_only_linked), "{plan:#?}");
        self.terraform.run(&["apply", "-refresh-only", "-json", "-input=false", "-lock=false", "-auto-approve"]).ok();
        self.terraform.second_plan_is_empty();
    }

    fn destroy(&self) {
        self.terraform.destroy().ok();
        self.systems.iter().for_each(|(name, system)| system.assert_left_as_it_was(name));
    }
}

/// Imports everything that is managed into an empty state, as the documentation says.
pub(super) fn import_all(terraform: &Terraform) {
    let state = terraform.state();
    let import = |(address, attributes): &(String, Json)| {
        let kind = type_of(address);
        let documented = Import::documented(kind).unwrap_or_else(|| panic!("{kind} does not say how it is imported"));
        format!("import {{\n  to = {address}\n  id = {:?}\n}}\n", documented.of(attributes))
    };
    terraform.forget();
    terraform.file("imports.tf", &state.iter().map(import).collect::<String>());
    let plan = terraform.plan().ok();
    assert_eq!(plan.changes.iter().filter(|change| change.importing).count(), state.len(), "{plan:#?}");
    assert!(plan.changes.iter().all(|change| change.importing), "an import creates or destroys: {plan:#?}");
    terraform.apply_saved().ok();
    terraform.remove("imports.tf");
    assert_settles(terraform, &state);
}

/// Secrets that the example gives write-only: an import shows what is stored, which is then written over once.
fn write_only(attributes: &Json) -> BTreeSet<&str> {
    let names = attributes.as_object().expect("attributes").keys();
    let twins = names.filter_map(|name| name.strip_suffix("_wo_version"));
    twins.filter(|twin| !attributes[format!("{twin}_wo_version")].is_null()).collect()
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
        let hidden = not_restored(type_of(&change.address));
        let excused =
            |name: &String| hidden.contains(&name.as_str()) || twins.iter().any(|twin| name.starts_with(twin));
        assert!(change.is(&["update"]) && change.changed().iter().all(excused), "{change:#?}");
    }
    terraform.apply_saved().ok();
    terraform.second_plan_is_empty();
}

/// True when nothing has changed but links.
fn is_only_linked(drift: &Change) -> bool {
    let resource = PROVIDERS.iter().find_map(|provider| provider.resource(type_of(&drift.address))).expect("a type");
    let is_link = |name: &String| resource.attr(name).is_some_and(|attr| attr.link().is_some());
    drift.is(&["update"]) && drift.changed().iter().all(is_link)
}

#[test]
fn every_example_of_a_resource_lives() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let examples = Examples::of("resources");
    if !examples.systems.is_empty() {
        examples.apply();
        import_all(&examples.terraform);
        examples.destroy();
    }
}

#[test]
fn every_example_of_a_data_source_lives() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let examples = Examples::of("data-sources");
    if !examples.systems.is_empty() {
        examples.apply();
        examples.destroy();
    }
}

#[test]
fn every_example_of_an_ephemeral_resource_lives() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let examples = Examples::of("ephemeral-resources");
    if !examples.systems.is_empty() {
        examples.apply();
        examples.destroy();
    }
}

#[test]
fn every_example_of_a_function_lives() {
    let Some(()) = Feature::FUNCTIONS.supported() else { return };
    let examples = Examples::of("functions");
    if !examples.systems.is_empty() {
        examples.apply();
        examples.destroy();
    }
}
