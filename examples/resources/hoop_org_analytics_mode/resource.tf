terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_org_analytics_mode" "this" {
  analytics_mode = "disabled"
}
