terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_api_key" "reports" {
  name   = "nightly-reports"
  groups = ["reporting"]
}

# It is stored in the state only: the gateway does not return it again.
output "api_key" {
  value     = hoop_api_key.reports.key
  sensitive = true
}
