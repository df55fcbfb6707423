//! Ephemeral values with a real Terraform: everything that can be opened configures a provider or goes into write-only
//! arguments, and stands in no state, plan, log or message afterwards.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

use super::cage::{Cage, fresh};
use super::terraform::{Trial, unzipped};
use crate::emulator::Emulator;
use crate::emulator::manager::ManagerEmulator;
use crate::terraform::Terraform;

const GATEWAY: &str = r#"
variable "password" {
  type      = string
  ephemeral = true
}
variable "remote_url" {
  type      = string
  ephemeral = true
}
provider "hoop" {
  alias = "login"
}
ephemeral "hoop_login_token" "admin" {
  provider = hoop.login
  email    = "admin@example.test"
  password = var.password
}
provider "hoop" {
  api_key = ephemeral.hoop_login_token.admin.token
}
data "hoop_agent" "default" {
  name = "default"
}
resource "hoop_connection" "wiki" {
  name     = "wiki"
  type     = "httpproxy"
  subtype  = "httpproxy"
  agent_id = data.hoop_agent.default.id
  secrets_wo         = { "envvar:REMOTE_URL" = var.remote_url }
  secrets_wo_version = "1"
}
resource "hoop_machine_identity" "crawler" {
  name             = "crawler"
  connection_names = [hoop_connection.wiki.name]
}
ephemeral "hoop_connection_credentials" "wiki" {
  connection_name         = hoop_connection.wiki.id
  access_duration_seconds = 600
  revoke_on_close         = true
}
ephemeral "hoop_connection_secrets" "wiki" {
  connection_name = hoop_connection.wiki.id
}
ephemeral "hoop_machine_identity_credentials" "crawler" {
  name = hoop_machine_identity.crawler.id != "" ? "crawler" : null
}
ephemeral "hoop_org_agent_key" "this" {}
ephemeral "hoop_server_api_key" "this" {}
resource "hoop_connection" "opened" {
  name     = "opened"
  type     = "custom"
  agent_id = data.hoop_agent.default.id
  secrets_wo = {
    "envvar:PROXY"   = ephemeral.hoop_connection_credentials.wiki.proxy_token
    "envvar:SECRET"  = ephemeral.hoop_connection_secrets.wiki.secrets["envvar:REMOTE_URL"]
    "envvar:MACHINE" = ephemeral.hoop_machine_identity_credentials.crawler.credentials[0].secret_key
    "envvar:AGENT"   = ephemeral.hoop_org_agent_key.this.key
    "envvar:API"     = ephemeral.hoop_server_api_key.this.api_key
    "envvar:TOKEN"   = ephemeral.hoop_login_token.admin.token
  }
  secrets_wo_version = "1"
}
"#;

const APPLY: &[&str] = &["apply", "-json", "-input=false", "-lock=false", "-auto-approve"];
const PLAN: &[&str] = &["plan", "-input=false", "-lock=false", "-no-color", "-out=saved.plan"];

fn traced(name: &str) -> Terraform {
    let mut terraform = Terraform::named(name);
    terraform.env("TF_LOG", "TRACE");
    terraform.env("TF_LOG_PATH", terraform.path("trace.log"));
    terraform
}

/// The last line is for a configuration that opens every type.
#[test]
fn what_was_opened_stands_nowhere_but_in_the_gateway() {
    let emulator = Emulator::start();
    let mut terraform = traced("hoop");
    terraform.env("HOOP_APIURL", emulator.api_url());
    terraform.env("TF_VAR_password", emulator.password());
    terraform.env("TF_VAR_remote_url", fresh());
    terraform.write(GATEWAY);
    for ephemeral in terraform_provider_hoop::hoop::PROVIDER.ephemerals {
        assert!(GATEWAY.contains(&format!("ephemeral \"{}\"", ephemeral.name)), "add {} here", ephemeral.name);
    }
    terraform.run(APPLY).ok();
    let (_, made) = emulator.call("GET", "/api/connections/opened", Json::Null);
    let secrets = made["secret"].as_object().expect("secrets");
    assert_eq!(secrets.len(), 6, "{made}");
    let mut cage = Cage::default();
    for (key, value) in secrets {
        let text = STANDARD.decode(value.as_str().expect("text")).expect("base64");
        cage.add(key, &String::from_utf8(text).expect("text"), true);
    }
    cage.add("the password", &emulator.password(), true);
    let trial = Trial { cage: &cage, terraform: &terraform };
    trial.look_around();
    trial.run(PLAN).ok();
    trial.holds_no_hidden("the plan", &unzipped(&terraform.path("saved.plan")));
    trial.run(&["show", "-json", "saved.plan"]).ok();
    trial.run(&["show", "-json"]).ok();
    trial.look_around();
    terraform.second_plan_is_empty();
    let (_, left) = emulator.call("GET", "/api/connection-credentials", Json::Null);
    assert_eq!(left["items"], serde_json::json!([]), "what was opened is revoked");
    trial.run(&["destroy", "-json", "-input=false", "-lock=false", "-auto-approve"]).ok();
    trial.look_around();
}

#[test]
fn a_token_of_the_access_manager_stands_nowhere() {
    let manager = ManagerEmulator::builder().with(|manager| manager.requires_token = true).start();
    let mut terraform = traced("lerian");
    let (id, secret) = manager.client();
    for (name, value) in [
        ("LERIAN_ENDPOINT", manager.url()),
        ("LERIAN_AUTH_URL", manager.auth_url()),
        ("LERIAN_CLIENT_ID", id),
        ("LERIAN_CLIENT_SECRET", secret.clone()),
    ] {
        terraform.env(name, value);
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/ephemeral-resources/lerian_access_token");
    let example = std::fs::read_to_string(format!("{folder}/ephemeral-resource.tf")).expect("the example");
    terraform.remove("versions.tf");
    terraform.write(&example);
    let mut cage = Cage::default();
    cage.add("the secret of the client", &secret, true);
    cage.add("what every token of the emulator begins with", "emulator-token-", true);
    let trial = Trial { cage: &cage, terraform: &terraform };
    trial.run(APPLY).ok();
    trial.run(PLAN).ok();
    trial.holds_no_hidden("the plan", &unzipped(&terraform.path("saved.plan")));
    assert!(terraform.state_text().contains("lerian_reporter_connections"));
}
