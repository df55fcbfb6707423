terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_org_analytics_mode" "this" {}

output "analytics_mode" {
  value = data.hoop_org_analytics_mode.this.analytics_mode
}
