//! Ephemeral resources in a real Terraform: the examples that configure a provider with one, and a renewal during an apply.

use std::fs;
use std::time::Duration;

use crate::emulator::{Emulator, Fault};
use crate::terraform::{Feature, Gateway, Terraform, control};

#[test]
fn a_provider_is_configured_with_a_token_from_a_login() {
    let Some(()) = Feature::EPHEMERAL.supported() else { return };
    let Some(gateway) = control(Emulator::start) else { return };
    let mut terraform = Terraform::offline();
    terraform.env("HOOP_APIURL", gateway.api_url());
    terraform.env("TF_VAR_password", gateway.emulator().password());
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/ephemeral-resources/hoop_login_token");
    let example = fs::read_to_string(format!("{folder}/ephemeral-resource.tf")).expect("the example");
    terraform.remove("versions.tf");
    terraform.write(&example);
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    let (_, agents) = gateway.emulator().call("GET", "/api/agents", serde_json::Value::Null);
    assert!(agents.as_array().expect("a list").iter().any(|agent| agent["name"] == "eu-west"), "{agents}");
    terraform.destroy().ok();
}

/// On a real gateway too, if one is named.
#[test]
fn what_any_gateway_issues_goes_where_the_configuration_sends_it() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let gateway = Gateway::any();
    let terraform = Terraform::new(&gateway);
    terraform.write(
        &r#"
        resource "hoop_agent" "it" {
          name = "PREFIXagent"
        }
        resource "hoop_connection" "opened" {
          name       = "PREFIXopened"
          type       = "httpproxy"
          subtype    = "httpproxy"
          agent_id   = hoop_agent.it.id
          secrets_wo = { "envvar:REMOTE_URL" = "https://wiki.internal" }

          secrets_wo_version = "1"
        }
        ephemeral "hoop_connection_credentials" "it" {
          connection_name         = hoop_connection.opened.id
          access_duration_seconds = 60
          revoke_on_close         = true
        }
        ephemeral "hoop_connection_secrets" "it" {
          connection_name = hoop_connection.opened.id
        }
        resource "hoop_connection" "copy" {
          name     = "PREFIXcopy"
          type     = "custom"
          agent_id = hoop_agent.it.id
          secrets_wo = {
            "envvar:TOKEN"      = ephemeral.hoop_connection_credentials.it.proxy_token
            "envvar:REMOTE_URL" = ephemeral.hoop_connection_secrets.it.secrets["envvar:REMOTE_URL"]
          }
          secrets_wo_version = "1"
        }
        "#
        .replace("PREFIX", &gateway.prefix),
    );
    terraform.apply().ok();
    terraform.second_plan_is_empty();
    let state = terraform.state_text();
    assert!(!state.contains("httpproxy-") && !state.contains("wiki.internal"), "{state}");
    terraform.destroy().ok();
}

/// The plan opens what is there, and an apply that lasts longer than the credential renews it.
#[test]
fn a_credential_is_renewed_while_an_apply_lasts() {
    let Some(()) = Feature::WRITE_ONLY.supported() else { return };
    let gateway = Gateway::emulated(Emulator::start());
    let terraform = Terraform::new(&gateway);
    let of = |token: &str| {
        format!(
            r#"
            data "hoop_agent" "default" {{
              name = "default"
            }}
            resource "hoop_connection" "wiki" {{
              name     = "wiki"
              type     = "httpproxy"
              subtype  = "httpproxy"
              agent_id = data.hoop_agent.default.id
            }}
            {token}
            "#
        )
    };
    terraform.write(&of(""));
    terraform.apply().ok();
    let emulator = gateway.emulator();
    emulator.clear_requests();
    // Longer than the credential is valid.
    emulator.fault(Fault::delay(Duration::from_secs(4)).on("POST", "/api/connections").skip(2));
    terraform.write(&of(r#"
        ephemeral "hoop_connection_credentials" "wiki" {
          connection_name         = hoop_connection.wiki.name
          access_duration_seconds = 3
        }
        resource "hoop_connection" "slow" {
          name               = "slow"
          type               = "custom"
          agent_id           = data.hoop_agent.default.id
          secrets_wo         = { "envvar:TOKEN" = ephemeral.hoop_connection_credentials.wiki.proxy_token }
          secrets_wo_version = "1"
        }
    "#));
    terraform.apply().ok();
    let requests = emulator.requests();
    let opens = requests.iter().filter(|it| it.method == "POST" && it.path.ends_with("/credentials")).count();
    assert!(opens >= 3, "one in the plan, one in the apply, at least one renewal: {opens}");
}
