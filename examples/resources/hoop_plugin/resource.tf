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

# Once this plugin is enabled, users who are not administrators see only connections to which the plugin or an attribute
# gives one of their groups access: here this connection for these two groups. The gateway cannot disable the plugin again.
resource "hoop_plugin" "access_control" {
  name = "access_control"

  connections = [
    {
      connection_id = hoop_connection.orders.id
      config        = ["dba", "engineering"]
    },
  ]
}
