terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_server_mcp_auth_config" "this" {
  enabled      = true
  resource_uri = "https://hoop.example.com/api/mcp"
  client_id    = "hoop-mcp"
}
