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

resource "hoop_plugin_connection" "orders" {
  plugin_name   = "slack"
  connection_id = hoop_connection.orders.id
  config        = ["C024BE91L"]
}

data "hoop_plugin_connection" "orders" {
  plugin_name   = hoop_plugin_connection.orders.plugin_name
  connection_id = hoop_plugin_connection.orders.connection_id
}

output "orders_channels" {
  value = data.hoop_plugin_connection.orders.config
}
