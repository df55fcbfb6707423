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

# Slack announces sessions of this connection in these channels.
resource "hoop_plugin_connection" "orders" {
  plugin_name   = "slack"
  connection_id = hoop_connection.orders.id
  config        = ["C024BE91L"]
}

# Once `access_control` is enabled, users who are not administrators see only connections to which the plugin or an
# attribute gives one of their groups access. The gateway cannot disable the plugin again.
resource "hoop_plugin" "access_control" {
  name = "access_control"
}

resource "hoop_plugin_connection" "orders_access" {
  plugin_name   = hoop_plugin.access_control.name
  connection_id = hoop_connection.orders.id
  config        = ["dba", "engineering"]
}
