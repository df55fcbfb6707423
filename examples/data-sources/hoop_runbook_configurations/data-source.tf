terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_runbook_configurations" "all" {}

output "runbook_repositories" {
  value = data.hoop_runbook_configurations.all.configurations[*].repository
}
