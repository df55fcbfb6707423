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

resource "hoop_attribute" "pci" {
  name             = "pci"
  description      = "Connections with payment data"
  connection_names = [hoop_connection.orders.name]

  access_control_group_names = ["payments"]
}
