terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

# The vendor sends the license as a file: `license_json_wo = file("license.json")`.
resource "hoop_org_license" "this" {
  license_json_wo = jsonencode({
    payload = {
      type          = "oss"
      issued_at     = 1700000000
      expire_at     = 2000000000
      allowed_hosts = ["*"]
      description   = "example"
    }
    key_id    = "example"
    signature = "ZW11bGF0b3I="
  })
  license_json_wo_version = 1
}
