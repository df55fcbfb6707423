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

# Look up by name or by id.
data "hoop_connection" "orders" {
  name = hoop_connection.orders.name
}

output "orders_command" {
  value = data.hoop_connection.orders.command
}
