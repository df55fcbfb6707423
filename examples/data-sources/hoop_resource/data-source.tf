terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_resource" "orders" {
  name    = "orders"
  type    = "database"
  subtype = "postgres"
}

data "hoop_resource" "orders" {
  name = hoop_resource.orders.name
}

output "orders_agent" {
  value = data.hoop_resource.orders.agent_id
}
