//! The real Terraform (or OpenTofu) driven by tests: a workspace of its own per test, our binary as a development
//! override, results as data. It knows nothing of the provider's tables, and no test should assert on Terraform's
//! prose.

mod child;
mod config;
mod gateway;
mod hosts;
mod outcome;
mod plan;
#[cfg(target_os = "linux")]
mod under_way;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;
use tempfile::TempDir;

pub(crate) use config::{Config, reference};
pub(crate) use gateway::{Gateway, control};
pub(crate) use hosts::{Feature, Host};
pub(crate) use outcome::{Diagnostic, Outcome};
pub(crate) use plan::{Change, Plan};
#[cfg(target_os = "linux")]
pub(crate) use under_way::UnderWay;

/// A provider of this repository: its local name, and the source without which it would be looked for in another
/// namespace.
#[derive(Clone, Copy)]
pub(crate) struct Local {
    name: &'static str,
    source: &'static str,
}

pub(crate) const HOOP: Local = Local { name: "hoop", source: "hoophq/hoop" };
pub(crate) const LERIAN: Local = Local { name: "lerian", source: "lerianstudio/lerian" };

/// The type of the object at an address, in whatever module it is.
pub(crate) fn type_of(address: &str) -> &str {
    let plain = address.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')).map_or(address, |(plain, _)| plain);
    plain.rsplit('.').nth(1).unwrap_or_default()
}

/// A directory with a configuration and a state.
pub(crate) struct Terraform {
    dir: TempDir,
    program: OsString,
    env: Vec<(String, OsString)>,
    /// A real gateway is left as it was found, even by a test that failed.
    clean_up: bool,
}

impl Terraform {
    /// An empty workspace that reaches this gateway.
    pub(crate) fn new(gateway: &Gateway) -> Self {
        let mut terraform = Self::offline();
        terraform.env("HOOP_APIURL", gateway.api_url());
        terraform.env("HOOP_APIKEY", gateway.api_key());
        terraform.clean_up = gateway.is_real();
        terraform
    }

    /// An empty workspace without an address or a key.
    pub(crate) fn offline() -> Self {
        Self::of_providers(&[HOOP])
    }

    /// An empty workspace for a provider of this name.
    pub(crate) fn named(name: &str) -> Self {
        let local = [HOOP, LERIAN].into_iter().find(|local| local.name == name);
        Self::of_providers(&[local.expect("a provider of this repository")])
    }

    /// An empty workspace for several providers; their blocks are to be written.
    pub(crate) fn of_providers(providers: &[Local]) -> Self {
        let dir = TempDir::new().expect("a workspace directory");
        let binary = Path::new(env!("CARGO_BIN_EXE_terraform-provider-hoop"));
        let home = binary.parent().expect("a binary is in a directory");
        // The same binary stands for a provider of that name under another address: states come from there.
        let overridden = |Local { name, source }: &Local| {
            let other = format!("other/{name}");
            format!("    {source:?} = {home:?}\n    {other:?} = {home:?}\n")
        };
        let required = |Local { name, source }: &Local| format!("    {name} = {{\n      source = {source:?}\n    }}\n");
        let overrides = format!(
            "provider_installation {{\n  dev_overrides {{\n{}  }}\n  direct {{}}\n}}\n",
            providers.iter().map(overridden).collect::<String>()
        );
        let versions = format!(
            "terraform {{\n  required_providers {{\n{}  }}\n}}\n",
            providers.iter().map(required).collect::<String>()
        );
        let terraform = Self { dir, program: hosts::program(), env: Vec::new(), clean_up: false };
        terraform.file("cli.tfrc", &overrides);
        terraform.file("versions.tf", &versions);
        terraform
    }

    /// The same workspace on another host.
    pub(crate) fn on(mut self, host: &Host) -> Self {
        self.program = host.program.clone();
        self
    }

    /// Sets a variable of Terraform's environment; the last one set wins.
    pub(crate) fn env(&mut self, name: &str, value: impl Into<OsString>) {
        self.env.push((name.to_owned(), value.into()));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file of the workspace is written");
    }

    /// The configuration, in HCL.
    pub(crate) fn write(&self, hcl: &str) {
        self.file("main.tf", hcl);
    }

    /// The configuration, in Terraform's JSON.
    pub(crate) fn configure(&self, config: &Config) {
        self.file("main.tf.json", &config.to_json());
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).expect("a file of the workspace is removed");
    }

    /// Forgets what exists; a later import starts from nothing.
    pub(crate) fn forget(&self) {
        self.remove("terraform.tfstate");
    }

    /// Replaces the state.
    pub(crate) fn set_state(&self, state: &Json) {
        self.file("terraform.tfstate", &state.to_string());
    }

    /// The state file as it is; empty if nothing was ever applied.
    pub(crate) fn state_text(&self) -> String {
        fs::read_to_string(self.path("terraform.tfstate")).unwrap_or_default()
    }

    /// The managed objects of the state, those in modules too: address and attributes.
    pub(crate) fn state(&self) -> Vec<(String, Json)> {
        fn collect(module: &Json, found: &mut Vec<(String, Json)>) {
            let list = |name: &str| module[name].as_array().into_iter().flatten();
            let managed = list("resources").filter(|resource| resource["mode"] == "managed");
            let pair = |it: &Json| (it["address"].as_str().expect("an address").to_owned(), it["values"].clone());
            found.extend(managed.map(pair));
            list("child_modules").for_each(|module| collect(module, found));
        }
        let mut found = Vec::new();
        collect(&self.show_json(&[])["values"]["root_module"], &mut found);
        found
    }

    /// The attributes of one object of the state.
    pub(crate) fn object(&self, address: &str) -> Json {
        let state = self.state();
        let found = state.iter().find(|(at, _)| at == address);
        found.unwrap_or_else(|| panic!("{address} is not in the state: {state:#?}")).1.clone()
    }

    /// The value of each output.
    pub(crate) fn outputs(&self) -> Json {
        let outcome = self.run(&["output", "-json", "-no-color"]).ok();
        let outputs: Json = serde_json::from_str(&outcome.stdout).expect("terraform output -json prints JSON");
        let value = |(name, output): (&String, &Json)| (name.clone(), output["value"].clone());
        outputs.as_object().expect("outputs by name").iter().map(value).collect()
    }

    /// Makes the modules known that the configuration calls.
    pub(crate) fn modules(&self) -> Outcome {
        self.run(&["get", "-no-color"])
    }

    pub(crate) fn validate(&self) -> Outcome {
        self.run(&["validate", "-json", "-no-color"])
    }

    /// Plans, saves the plan and reads it; a failed plan has diagnostics and no changes.
    pub(crate) fn plan(&self) -> Plan {
        let outcome =
            self.run(&["plan", "-json", "-input=false", "-lock=false", "-detailed-exitcode", "-out=saved.plan"]);
        let json = if outcome.code == 1 { Json::Null } else { self.show_json(&["saved.plan"]) };
        Plan::new(outcome, json)
    }

    /// Plans and applies.
    pub(crate) fn apply(&self) -> Outcome {
        self.run(&["apply", "-json", "-input=false", "-lock=false", "-auto-approve"])
    }

    /// Applies what `plan` saved last.
    pub(crate) fn apply_saved(&self) -> Outcome {
        self.run(&["apply", "-json", "-input=false", "-lock=false", "saved.plan"])
    }

    /// Invokes one action.
    pub(crate) fn invoke(&self, address: &str) -> Outcome {
        let address = format!("-invoke={address}");
        self.run(&["apply", "-json", "-input=false", "-lock=false", "-auto-approve", &address])
    }

    pub(crate) fn destroy(&self) -> Outcome {
        self.run(&["destroy", "-json", "-input=false", "-lock=false", "-auto-approve"])
    }

    pub(crate) fn import(&self, address: &str, id: &str) -> Outcome {
        self.run(&["import", "-no-color", "-input=false", "-lock=false", address, id])
    }

    /// # Panics
    /// If the plan would do anything, or found that something had changed.
    pub(crate) fn second_plan_is_empty(&self) {
        let plan = self.plan();
        assert!(plan.exits_as_empty() && plan.is_empty(), "the second plan is not empty: {plan:#?}");
    }

    fn show_json(&self, arguments: &[&str]) -> Json {
        let outcome = self.run(&[&["show", "-json", "-no-color"], arguments].concat()).ok();
        serde_json::from_str(&outcome.stdout).expect("terraform show -json prints JSON")
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        let finished = child::start(&mut self.command(arguments), self.dir.path()).finish();
        Outcome::new(arguments.join(" "), finished)
    }

    /// Runs the binary of a provider itself in the workspace, with the environment that it has under Terraform.
    pub(crate) fn run_provider(&self, name: &str, arguments: &[&str]) -> Outcome {
        let binary = Path::new(env!("CARGO_BIN_EXE_terraform-provider-hoop"));
        let binary = binary.with_file_name(format!("terraform-provider-{name}{}", std::env::consts::EXE_SUFFIX));
        let mut command = self.command_of(binary.as_os_str(), arguments);
        Outcome::new(arguments.join(" "), child::start(&mut command, self.dir.path()).finish())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(&self.program, arguments)
    }

    fn command_of(&self, program: &OsStr, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.dir.path()).env_clear();
        // Nothing of the caller's own Terraform or gateway may reach the test.
        for name in ["PATH", "TMPDIR", "SystemRoot", "TEMP"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.env("HOME", self.dir.path()).env("TF_CLI_CONFIG_FILE", self.path("cli.tfrc"));
        command.env("TF_IN_AUTOMATION", "1").env("TF_INPUT", "0").env("CHECKPOINT_DISABLE", "1");
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }
}

impl Drop for Terraform {
    fn drop(&mut self) {
        if self.clean_up && !self.state_text().is_empty() {
            let outcome = self.destroy();
            if outcome.code != 0 && !std::thread::panicking() {
                panic!("the real gateway was not cleaned up: {outcome:#?}");
            }
        }
    }
}
