terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_server_mcp_auth_config" "this" {}

output "mcp_accepts_tokens" {
  value = data.hoop_server_mcp_auth_config.this.enabled
}
