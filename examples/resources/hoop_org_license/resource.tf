terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_org_license" "this" {
  license_json_wo         = file("${path.module}/license.json")
  license_json_wo_version = 1
}
