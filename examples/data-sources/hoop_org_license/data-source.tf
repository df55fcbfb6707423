terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_org_license" "this" {}

output "license_expires_at" {
  value = timeadd("1970-01-01T00:00:00Z", "${data.hoop_org_license.this.expire_at}s")
}
