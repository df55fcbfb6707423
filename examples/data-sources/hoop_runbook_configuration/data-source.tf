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

data "hoop_runbook_configuration" "operations" {
  git_url = hoop_runbook_configuration.operations.git_url
}

output "runbook_repository" {
  value = data.hoop_runbook_configuration.operations.repository
}
