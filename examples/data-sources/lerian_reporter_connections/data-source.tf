terraform {
  required_providers {
    lerian = {
      source = "lerianstudio/lerian"
    }
  }
}

data "lerian_reporter_connections" "payments" {
  product_name = "payments"
}

output "payments_databases" {
  value = [for connection in data.lerian_reporter_connections.payments.connections : connection.config_name]
}
