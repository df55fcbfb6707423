terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_guardrail_rules" "all" {}

output "guardrail_rules" {
  value = data.hoop_guardrail_rules.all.rules[*].name
}
