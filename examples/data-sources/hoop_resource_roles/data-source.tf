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

resource "hoop_resource" "orders" {
  name     = "orders"
  type     = "database"
  subtype  = "postgres"
  agent_id = data.hoop_agent.default.id

  roles = {
    orders-read  = { type = "database", subtype = "postgres" }
    orders-write = { type = "database", subtype = "postgres" }
  }
}

data "hoop_resource_roles" "orders" {
  resource_name = hoop_resource.orders.name
  depends_on    = [hoop_resource.orders]
}

output "access_limits" {
  value = { for role in data.hoop_resource_roles.orders.roles : role.name => role.access_max_duration }
}
