terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_org_hide_role_info" "this" {
  hide_role_info = true
}
