//! Modules as their authors work with them: tested by `terraform test` with a mocked provider.

use crate::terraform::Terraform;

/// What a plan refuses, a mocked provider accepts only where it must: in the place of identifiers.
#[test]
fn a_mocked_provider_checks_the_rest_of_a_configuration() {
    let terraform = Terraform::offline();
    terraform.write(
        r#"
        variable "name" { default = "orders" }
        resource "hoop_agent" "it" { name = "eu-west-1" }
        resource "hoop_connection" "it" {
          name     = var.name
          type     = "custom"
          agent_id = hoop_agent.it.id
        }
        resource "hoop_plugin_connection" "it" {
          plugin_name   = "slack"
          connection_id = hoop_connection.it.id
          config        = []
        }
        "#,
    );
    let of = |name: &str| {
        let text =
            format!("mock_provider \"hoop\" {{}}\nrun \"all\" {{\n  variables {{\n    name = {name:?}\n  }}\n}}\n");
        terraform.file("all.tftest.hcl", &text);
        terraform.run(&["test", "-no-color", "-json"])
    };
    of("orders").ok();
    assert!(of("not a name").text().contains("must be 3 to 254 characters long"));
}
