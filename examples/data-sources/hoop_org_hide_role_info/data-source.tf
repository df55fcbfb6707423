terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_org_hide_role_info" "this" {}

output "secrets_are_masked" {
  value = data.hoop_org_hide_role_info.this.hide_role_info
}
