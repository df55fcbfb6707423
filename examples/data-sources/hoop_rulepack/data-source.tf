terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_rulepack" "aws" {
  display_name = "AWS CLI Security Pack"
}

output "aws_guardrails" {
  value = data.hoop_rulepack.aws.guardrail_rules[*].name
}
