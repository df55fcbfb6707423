//! Functions called by a real Terraform: in every phase, with values that are not known yet, and with secrets.

use crate::emulator::Emulator;
use crate::terraform::{Feature, Gateway, Terraform};

#[test]
fn results_are_what_a_configuration_uses() {
    let Some(()) = Feature::FUNCTIONS.supported() else { return };
    let terraform = Terraform::offline();
    terraform.write(
        r#"
        locals {
          token = provider::hoop::parse_agent_token("grpcs://default:s3cret@gateway.example.com:8443")
        }
        output "all" {
          value = [
            provider::hoop::secret_reference("aws", "orders", "password"),
            provider::hoop::secret_reference("aws_iam_rds", "hoop", null),
            provider::hoop::runbook_repository("git@github.com:example/runbooks.git"),
            provider::hoop::runbook_configuration_id("https://github.com/hoophq/demo-runbooks"),
            local.token.port + 1,
            local.token.mode,
            try(provider::hoop::runbook_repository("nonsense"), "refused"),
          ]
        }
        "#,
    );
    terraform.validate().ok();
    terraform.apply().ok();
    let expected = serde_json::json!([
        "_aws:orders:password",
        "_aws_iam_rds:hoop",
        "github.com/example/runbooks",
        "dcc32890-295d-5d37-9c3c-ac72709aa1bb",
        8444,
        null,
        "refused"
    ]);
    assert_eq!(terraform.outputs()["all"], expected);
    terraform.second_plan_is_empty();
}

/// The token is not known in the plan of the create, and sensitive ever after.
#[test]
fn a_secret_stays_one_in_what_is_computed_from_it() {
    let Some(()) = Feature::FUNCTIONS.supported() else { return };
    let gateway = Gateway::emulated(Emulator::start());
    let terraform = Terraform::new(&gateway);
    let configuration = |sensitive: bool| {
        format!(
            r#"
            resource "hoop_agent" "eu" {{
              name = "eu-west-1"
            }}
            output "host" {{
              value     = provider::hoop::parse_agent_token(hoop_agent.eu.token).host
              sensitive = {sensitive}
            }}
            "#
        )
    };
    terraform.write(&configuration(true));
    terraform.apply().ok();
    let token = terraform.object("hoop_agent.eu")["token"].as_str().expect("a token").to_owned();
    let host = terraform.outputs()["host"].as_str().expect("a host").to_owned();
    assert!(token.contains(&format!("@{host}:")), "{host} is not the host of the token");
    terraform.second_plan_is_empty();
    terraform.write(&configuration(false));
    assert!(terraform.plan().outcome.one_error().summary.contains("sensitive"));
}

#[test]
fn an_error_points_at_its_argument() {
    let Some(()) = Feature::FUNCTIONS.supported() else { return };
    let terraform = Terraform::offline();
    for (call, parameter) in [
        (r#"secret_reference("aws", "arn:aws:secretsmanager:eu-west-1:1:secret:x", "key")"#, "path"),
        (r#"secret_reference("vault", "secret/data/x", "key")"#, "kind"),
        (r#"secret_reference("aws", "x", null)"#, "key"),
        (r#"runbook_repository(null)"#, "git_url"),
        (r#"runbook_configuration_id("nonsense")"#, "git_url"),
        (r#"parse_agent_token("nonsense")"#, "dsn"),
    ] {
        terraform.write(&format!("output \"it\" {{\n  value = provider::hoop::{call}\n}}\n"));
        let outcome = terraform.validate();
        let error = outcome.one_error();
        assert!(error.says(&format!("{parameter:?}")), "{call}: {error:?}");
        assert!(error.says("must "), "{call}: {error:?}");
    }
}
