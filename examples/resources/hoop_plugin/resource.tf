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

# Enabled, only members of the groups see a connection that is named here.
resource "hoop_plugin" "access_control" {
  name = "access_control"

  connections = [
    {
      connection_id = hoop_connection.orders.id
      config        = ["dba", "engineering"]
    },
  ]
}
