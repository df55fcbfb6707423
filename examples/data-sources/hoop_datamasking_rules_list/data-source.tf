terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_datamasking_rules_list" "all" {}

output "masking_rules" {
  value = data.hoop_datamasking_rules_list.all.rules[*].name
}
