terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_org_protection_profile" "this" {}

output "protection_attribute" {
  value = data.hoop_org_protection_profile.this.attribute_name
}
