terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_feature_flag" "mcp_gateway" {
  name    = "experimental.mcp_gateway"
  enabled = true
}
