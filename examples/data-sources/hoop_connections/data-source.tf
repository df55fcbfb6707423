terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

# All databases of a team. Without filters, the result contains every connection that the key can see.
data "hoop_connections" "payments" {
  type         = "database"
  tag_selector = "team=payments"
}

output "payments_databases" {
  value = { for connection in data.hoop_connections.payments.connections : connection.name => connection.id }
}
