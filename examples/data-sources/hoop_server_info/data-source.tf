terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_server_info" "this" {}

output "gateway_version" {
  value = data.hoop_server_info.this.version
}

check "license" {
  assert {
    condition     = data.hoop_server_info.this.license_info.is_valid
    error_message = "The license is not valid: ${data.hoop_server_info.this.license_info.verify_error}"
  }
}
