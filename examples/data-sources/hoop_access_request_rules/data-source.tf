terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_access_request_rules" "all" {}

output "access_request_rules" {
  value = data.hoop_access_request_rules.all.rules[*].name
}
