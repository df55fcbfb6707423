//! `cargo run --example quickstart`: demonstrates the provider in a minute, with a real Terraform (or OpenTofu) and an
//! emulated gateway, in a temporary directory. It fails if anything is not as described. It contains no logic of the
//! provider.
#![expect(clippy::print_stdout, reason = "its output is for the user")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::panic, reason = "these rules are for the provider")]

#[path = "../../tests/it/emulator/mod.rs"]
mod emulator;

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use emulator::Emulator;
use serde_json::Value;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const CONFIGURATION: &str = r#"terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_agent" "quickstart" {
  name = "quickstart"
}

resource "hoop_connection" "orders" {
  name      = "orders"
  type      = "database"
  subtype   = "postgres"
  agent_id  = hoop_agent.quickstart.id
  reviewers = ["dba"]

  # Write-only: sent to the gateway, not stored in the state.
  secrets_wo = {
    "envvar:HOST" = "db.internal"
    "envvar:PORT" = "5432"
    "envvar:USER" = "orders"
    "envvar:PASS" = "correct-horse"
    "envvar:DB"   = "orders"
  }
  secrets_wo_version = 1
}
"#;

fn main() -> ExitCode {
    match story() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nThe quickstart failed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn story() -> Result<()> {
    let terraform = find_terraform()?;
    chapter("Building the provider");
    let provider = build_provider()?;
    let gateway = Emulator::builder().try_start()?;
    let workspace = Workspace::new(terraform, &provider, &gateway)?;
    println!("An emulated gateway runs at {}.", gateway.api_url());
    chapter("terraform apply, with this main.tf");
    println!("{CONFIGURATION}\nTerraform prints a warning each time because the provider is a local build.\n");
    workspace.write(CONFIGURATION)?;
    workspace.expect(0, &["apply", "-auto-approve"])?;
    let connection = connection(&gateway)?;
    println!("\nThe gateway now has this connection (without its secrets):\n{connection:#}");
    ensure(connection["command"][0] == "psql", "the gateway did not choose the command of postgres")?;
    ensure(!workspace.state()?.contains("correct-horse"), "the password is in the state")?;
    println!("\nThe gateway chose the command, and the password is not in Terraform's state.");

    chapter("A second plan");
    workspace.expect(0, &["plan", "-detailed-exitcode"])?;
    println!("\nIt is empty: values that the gateway chose are not differences.");

    chapter("Another reviewer");
    workspace.write(&CONFIGURATION.replace(r#"["dba"]"#, r#"["dba", "sre"]"#))?;
    workspace.expect(2, &["plan", "-detailed-exitcode", "-out=saved.plan"])?;
    gateway.clear_requests();
    workspace.expect(0, &["apply", "saved.plan"])?;
    let writes: Vec<_> = gateway.requests().into_iter().filter(|request| request.method != "GET").collect();
    ensure(writes.len() == 1 && writes[0].method == "PATCH", "the change was not one PATCH")?;
    println!("\nIt was one request: PATCH {} {}", writes[0].path, writes[0].body.clone().unwrap_or_default());
    workspace.expect(0, &["plan", "-detailed-exitcode"])?;

    chapter("terraform destroy");
    workspace.expect(0, &["destroy", "-auto-approve"])?;
    let (_, left) = gateway.call("GET", "/api/connections", Value::Null);
    ensure(left == Value::Array(Vec::new()), "a connection is left")?;
    chapter("Seen");
    println!(
        "Created, planned without changes, updated with one request, destroyed: all as planned.\nNext: docs/, examples/, and \
         `cargo run --example emulator` for a gateway to try the provider with."
    );
    Ok(())
}

fn chapter(title: &str) {
    println!("\n=== {title} ===\n");
}

fn ensure(holds: bool, otherwise: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

/// The connection as the gateway shows it, without its secrets.
fn connection(gateway: &Emulator) -> Result<Value> {
    let (status, mut shown) = gateway.call("GET", "/api/connections/orders", Value::Null);
    ensure(status == 200, "the connection is not there")?;
    let fields = shown.as_object_mut().ok_or("the connection is no object")?;
    fields.retain(|name, value| name != "secret" && name != "default_database" && !value.is_null());
    Ok(shown)
}

/// Builds the provider in the profile of this example, and returns its path.
fn build_provider() -> Result<PathBuf> {
    let this = env::current_exe()?;
    let target = this.parent().and_then(Path::parent).ok_or("the example runs outside a target directory")?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut build = Command::new(cargo);
    // Built together, they share the dependencies that were built for the example.
    build.args(["build", "--quiet", "--bin", "terraform-provider-hoop", "--example", "quickstart", "--manifest-path"]);
    build.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    if target.ends_with("release") {
        build.arg("--release");
    }
    ensure(build.status()?.success(), "the provider was not built")?;
    let provider = target.join(format!("terraform-provider-hoop{}", env::consts::EXE_SUFFIX));
    ensure(provider.is_file(), &format!("the provider is not at {}", provider.display()))?;
    println!("{} is built.", provider.display());
    Ok(provider)
}

/// A directory for Terraform, with our provider as a development override: no `terraform init`, no download.
struct Workspace {
    dir: tempfile::TempDir,
    terraform: OsString,
    env: [(&'static str, OsString); 5],
}

impl Workspace {
    fn new(terraform: OsString, provider: &Path, gateway: &Emulator) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let beside = provider.parent().ok_or("the provider is in no directory")?;
        let settings = format!(
            "provider_installation {{\n  dev_overrides {{\n    \"hoophq/hoop\" = {beside:?}\n  }}\n  direct {{}}\n}}\n"
        );
        let settings_file = dir.path().join("cli.tfrc");
        fs::write(&settings_file, settings)?;
        let env = [
            ("TF_CLI_CONFIG_FILE", settings_file.into_os_string()),
            ("TF_IN_AUTOMATION", "1".into()),
            ("CHECKPOINT_DISABLE", "1".into()),
            ("HOOP_APIURL", gateway.api_url().into()),
            ("HOOP_APIKEY", gateway.api_key().into()),
        ];
        Ok(Self { dir, terraform, env })
    }

    fn write(&self, configuration: &str) -> Result<()> {
        Ok(fs::write(self.dir.path().join("main.tf"), configuration)?)
    }

    fn state(&self) -> Result<String> {
        Ok(fs::read_to_string(self.dir.path().join("terraform.tfstate"))?)
    }

    /// Runs Terraform, with its output on the terminal, and expects this exit code.
    fn expect(&self, code: i32, arguments: &[&str]) -> Result<()> {
        let mut command = Command::new(&self.terraform);
        command.arg(arguments[0]).arg("-input=false");
        command.args((!std::io::stdout().is_terminal()).then_some("-no-color")).args(&arguments[1..]);
        let status = command.current_dir(self.dir.path()).envs(self.env.clone()).stdin(Stdio::null()).status()?;
        let otherwise = format!("`terraform {}` ended with {status}, not with code {code}", arguments.join(" "));
        ensure(status.code() == Some(code), &otherwise)
    }
}

/// The program in the variable TERRAFORM, otherwise `terraform`, otherwise `tofu`.
fn find_terraform() -> Result<OsString> {
    let named = env::var_os("TERRAFORM").map(|name| vec![name]);
    let starts = |name: &OsString| {
        Command::new(name).arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
    };
    let candidates = named.unwrap_or_else(|| vec!["terraform".into(), "tofu".into()]);
    candidates.into_iter().find(starts).ok_or_else(|| {
        "Terraform 1.11 or OpenTofu 1.11 is needed and neither `terraform` nor `tofu` is on the PATH. Install one \
         (https://developer.hashicorp.com/terraform/install or https://opentofu.org/docs/intro/install), or name the \
         program in the environment variable TERRAFORM."
            .into()
    })
}
