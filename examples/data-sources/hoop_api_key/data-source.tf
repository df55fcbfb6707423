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

# Look up by name or by id.
data "hoop_api_key" "reports" {
  name = hoop_api_key.reports.name
}

output "age_of_the_key" {
  value = data.hoop_api_key.reports.created_at
}
