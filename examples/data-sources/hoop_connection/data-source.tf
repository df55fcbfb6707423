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

# By its name, or by its id.
data "hoop_connection" "orders" {
  name = hoop_connection.orders.name
}

output "orders_command" {
  value = data.hoop_connection.orders.command
}
