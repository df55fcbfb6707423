terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_agent" "default" {
  name = "default"
}

resource "hoop_connection" "orders" {
  name     = "orders-db"
  type     = "database"
  subtype  = "postgres"
  agent_id = data.hoop_agent.default.id
}

# From the moment this plugin is enabled, users who are not administrators see only connections that it, or an attribute,
# opens to one of their groups: this one for these two groups, and no other. The gateway cannot disable a plugin again.
resource "hoop_plugin" "access_control" {
  name = "access_control"

  connections = [
    {
      connection_id = hoop_connection.orders.id
      config        = ["dba", "engineering"]
    },
  ]
}
