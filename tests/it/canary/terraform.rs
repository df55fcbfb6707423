//! With a real Terraform: canaries in every sensitive and every write-only attribute of every type, as values of sensitive
//! and of ephemeral variables. What Terraform prints and logs shows none of them; what it keeps (states, backups, saved
//! plans) and gives to machines holds the sensitive ones, which is what they are for, and no write-only one.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value as Json, json};
use terraform_provider_hoop::schema::{Resource, Role};

use super::cage::Cage;
use super::deeds::has_secrets;
use crate::emulator::Fault;
use crate::subject::places::{hidden, places};
use crate::subject::samples::full;
use crate::subject::{Subject, subjects_beside};
use crate::terraform::{Outcome, Terraform};

/// A configuration in the making.
#[derive(Default)]
struct Written {
    resources: Map<String, Json>,
    variables: Map<String, Json>,
    outputs: Map<String, Json>,
    /// The values of the variables.
    values: Map<String, Json>,
}

impl Written {
    /// Adds an object with a canary in each secret, through a variable of its own.
    fn add(&mut self, cage: &mut Cage, resource: &'static Resource, label: &str, config: &Json) {
        let planted = cage.plant(resource, config, label);
        let mut written = planted.clone();
        for place in places(resource, &planted).iter().filter(|place| place.is_sensitive) {
            let Some(text) = place.value(&planted).filter(|value| value.is_string()) else { continue };
            let variable = format!("v{}", self.variables.len());
            self.variables.insert(
                variable.clone(),
                json!({"type": "string", "sensitive": true, "ephemeral": place.role == Role::WriteOnly}),
            );
            self.values.insert(variable.clone(), text.clone());
            written = place.with(&written, json!(format!("${{var.{variable}}}")));
        }
        let attributes = written.as_object().expect("attributes").iter().filter(|(_, value)| !value.is_null());
        let attributes: Map<String, Json> = attributes.map(|(name, value)| (name.clone(), value.clone())).collect();
        let of_type = self.resources.entry(resource.name).or_insert_with(|| json!({}));
        of_type[label] = Json::Object(attributes);
        let value = format!("${{{}.{label}}}", resource.name);
        self.outputs.insert(format!("{}_{label}", resource.name), json!({"value": value, "sensitive": true}));
    }

    fn write(&self, terraform: &Terraform) {
        let config = json!({"resource": self.resources, "variable": self.variables, "output": self.outputs});
        terraform.file("main.tf.json", &config.to_string());
        terraform.file("terraform.tfvars.json", &Json::Object(self.values.clone()).to_string());
    }
}

/// The least objects inside must not have the same keys as those of another: some are objects of their own.
fn told_apart(resource: &'static Resource, mut config: Json, label: &str) -> Json {
    for attr in resource.managed().filter(|attr| attr.child_objects().is_some()) {
        if let Some(children) = config[attr.name].as_object() {
            let children = children.iter().map(|(key, child)| (format!("{key}-{label}"), child.clone()));
            config[attr.name] = Json::Object(children.collect());
        }
    }
    config
}

/// Two objects of each type with secrets: those are sensitive in one and write-only in the other.
fn configuration(subject: &dyn Subject, cage: &mut Cage, version: i64) -> Written {
    let mut written = Written::default();
    for resource in subject.provider().resources.iter().copied().filter(|resource| has_secrets(resource)) {
        let labels = if resource.only_id().is_some() { &["hidden"][..] } else { &["plain", "hidden"] };
        for label in labels {
            let name = format!("{label}-{}", resource.noun().replace(' ', "-"));
            let config = full(subject, resource, &subject.minimal(resource.name, &name));
            let mut config = told_apart(resource, config, label);
            // What cannot change may be left out.
            for attr in resource.managed().filter(|attr| attr.is_fixed() && version > 1) {
                config[attr.name] = Json::Null;
            }
            if *label == "hidden" {
                config = hidden(resource.attrs, &config);
                for place in places(resource, &config.clone()).iter().filter(|place| place.role == Role::Version) {
                    if place.value(&config).is_some_and(|value| !value.is_null()) {
                        config = place.with(&config, json!(version));
                    }
                }
            }
            written.add(cage, resource, label, &config);
        }
    }
    written
}

/// The files in a saved plan.
pub(super) fn unzipped(path: &Path) -> String {
    let bytes = fs::read(path).expect("a saved plan");
    let number = |at: usize, width: usize| {
        bytes[at..at + width].iter().rev().fold(0_usize, |number, byte| number << 8 | usize::from(*byte))
    };
    let mut text = String::new();
    let mut files = 0;
    for at in (0..bytes.len().saturating_sub(46)).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02")) {
        let (method, packed, local) = (number(at + 10, 2), number(at + 20, 4), number(at + 42, 4));
        let begin = local + 30 + number(local + 26, 2) + number(local + 28, 2);
        let content = &bytes[begin..begin + packed];
        let content = match method {
            0 => content.to_vec(),
            8 => miniz_oxide::inflate::decompress_to_vec(content).expect("a deflated file"),
            other => panic!("method {other} is unknown here: teach it"),
        };
        text.push_str(&String::from_utf8_lossy(&content));
        text.push('\n');
        files += 1;
    }
    assert!(files > 2 && text.contains("\"terraform_version\""), "the plan holds its parts: {files}");
    text
}

pub(super) struct Trial<'a> {
    pub(super) cage: &'a Cage,
    pub(super) terraform: &'a Terraform,
}

impl Trial<'_> {
    /// What people read, and what machines read of a run, shows none.
    #[track_caller]
    pub(super) fn shows_none(&self, what: &str, outcome: &Outcome) {
        let text = outcome.everything();
        assert!(!text.trim().is_empty(), "{what} prints something");
        for line in text.lines() {
            assert_eq!(self.cage.seen_in(line), Vec::<String>::new(), "{what}: {line}");
        }
    }

    #[track_caller]
    pub(super) fn holds_no_hidden(&self, what: &str, text: &str) {
        assert!(!text.is_empty(), "{what} is there");
        assert_eq!(self.cage.hidden_seen_in(text), Vec::<String>::new(), "{what}");
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Outcome {
        let outcome = self.terraform.run(arguments);
        self.shows_none(&arguments.join(" "), &outcome);
        outcome
    }

    /// What the command `export` prints, and the files that it writes.
    fn export(&self, provider: &str) {
        let out = self.terraform.path("exported");
        let outcome = self.terraform.run_provider(provider, &["export", "--out", &out.display().to_string()]);
        self.shows_none("export", &outcome);
        outcome.ok();
        let files: Vec<_> = fs::read_dir(out).expect("the files").flatten().map(|entry| entry.path()).collect();
        assert!(files.len() > 2, "{files:?}");
        for file in files {
            let text = fs::read_to_string(&file).expect("a text");
            assert_eq!(self.cage.seen_in(&text), Vec::<String>::new(), "{}", file.display());
        }
    }

    /// Everything that lies about.
    pub(super) fn look_around(&self) {
        for entry in fs::read_dir(self.terraform.path(".")).expect("the workspace").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            assert!(!name.starts_with("crash"), "{name}");
            if name.contains(".tfstate") {
                self.holds_no_hidden(&name, &fs::read_to_string(entry.path()).expect("a state"));
            }
        }
        let log = fs::read_to_string(self.terraform.path("trace.log")).expect("the log");
        assert!(log.contains("PlanResourceChange") && log.lines().count() > 1000, "everything is logged");
        let shown = log.lines().filter(|line| !self.cage.seen_in(line).is_empty());
        let shown: Vec<String> = shown.map(|line| format!("{:?}: {line}", self.cage.seen_in(line))).collect();
        assert!(shown.is_empty(), "{} lines of the log, first {}", shown.len(), shown[0]);
        fs::remove_file(self.terraform.path("trace.log")).expect("the log goes");
    }
}

fn live(subject: &dyn Subject) {
    let mut terraform = Terraform::named(subject.provider().name);
    terraform.env("TF_LOG", "TRACE");
    terraform.env("TF_LOG_PATH", terraform.path("trace.log"));
    let settings = json!({"provider": {subject.provider().name: subject.settings()}});
    terraform.file("provider.tf.json", &settings.to_string());
    let system = &subject.provider().system;
    for input in [&system.url, &system.credentials.key] {
        if let Some(value) = subject.settings()[input.attribute].as_str() {
            terraform.env(input.variable, value);
        }
    }
    let mut cage = Cage::default();
    let written = configuration(subject, &mut cage, 1);
    written.write(&terraform);
    let plan = ["plan", "-input=false", "-lock=false", "-no-color", "-out=saved.plan"];
    let apply = ["apply", "-json", "-input=false", "-lock=false", "-auto-approve"];
    let trial = Trial { cage: &cage, terraform: &terraform };
    trial.run(&plan).ok();
    trial.holds_no_hidden("the plan", &unzipped(&terraform.path("saved.plan")));
    trial.run(&["show", "-no-color", "saved.plan"]).ok();
    trial.holds_no_hidden("the plan as JSON", &terraform.run(&["show", "-json", "saved.plan"]).ok().everything());
    trial.run(&apply).ok();
    for arguments in [&["show", "-no-color"][..], &["output", "-no-color"], &["providers", "schema", "-json"]] {
        trial.run(arguments).ok();
    }
    for arguments in [["show", "-json"], ["output", "-json"]] {
        trial.holds_no_hidden(&arguments.join(" "), &terraform.run(&arguments).ok().everything());
    }
    trial.look_around();
    trial.export(subject.provider().name);

    // Other secrets, which the system does not take, and repeats.
    let rotated = configuration(subject, &mut cage, 2);
    rotated.write(&terraform);
    for method in ["PATCH", "PUT"] {
        let words = |body: &[u8]| format!("not {}", String::from_utf8_lossy(body));
        subject.fault(Fault::echo(422, words).on(method, "/").forever());
    }
    let trial = Trial { cage: &cage, terraform: &terraform };
    trial.run(&["plan", "-json", "-input=false", "-lock=false", "-no-color"]).ok();
    let refused = trial.run(&apply);
    assert!(refused.errors().count() > 0, "{refused:#?}");
    subject.clear_faults();
    trial.look_around();
    trial.run(&["destroy", "-json", "-input=false", "-lock=false", "-auto-approve"]).ok();
    trial.look_around();
}

#[test]
fn nothing_that_terraform_prints_logs_or_keeps_shows_a_canary() {
    subjects_beside().iter().for_each(|subject| live(subject.as_ref()));
}
