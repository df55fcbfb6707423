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

# From the moment `access_control` is enabled, users who are not administrators see only connections that it, or an
# attribute, opens to one of their groups. The gateway cannot disable a plugin again.
resource "hoop_plugin" "access_control" {
  name = "access_control"
}

resource "hoop_plugin_connection" "orders_access" {
  plugin_name   = hoop_plugin.access_control.name
  connection_id = hoop_connection.orders.id
  config        = ["dba", "engineering"]
}
