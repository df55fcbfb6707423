terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_server_auth_config" "this" {}

output "administrators" {
  value = data.hoop_server_auth_config.this.admin_role_name
}
