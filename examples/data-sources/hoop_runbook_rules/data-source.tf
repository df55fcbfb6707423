terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_runbook_rules" "all" {}

output "runbook_rules" {
  value = data.hoop_runbook_rules.all.rules[*].name
}
