terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_mcp_catalog" "public" {}

output "servers" {
  value = { for server in data.hoop_mcp_catalog.public.servers : server.name => server.url }
}
