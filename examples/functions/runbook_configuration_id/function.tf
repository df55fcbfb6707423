terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_runbook_configuration" "operations" {
  git_url = "https://github.com/example/runbooks"
}

# For a script that commits runbooks with the API: POST /runbooks/configurations/{id}/files
output "configuration_id" {
  value = provider::hoop::runbook_configuration_id(hoop_runbook_configuration.operations.git_url)
}
