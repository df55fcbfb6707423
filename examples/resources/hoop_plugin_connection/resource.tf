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

# Sessions on this connection are announced in these channels.
resource "hoop_plugin_connection" "orders" {
  plugin_name   = "slack"
  connection_id = hoop_connection.orders.id
  config        = ["C024BE91L"]
}
