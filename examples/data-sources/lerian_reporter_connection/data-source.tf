terraform {
  required_providers {
    lerian = {
      source = "lerianstudio/lerian"
    }
  }
}

resource "lerian_reporter_connection" "orders" {
  product_name        = "payments"
  config_name         = "orders-db"
  type                = "POSTGRESQL"
  host                = "orders.internal"
  port                = 5432
  database_name       = "orders"
  user_name           = "reporter"
  password_wo         = "an-example"
  password_wo_version = 1
}

data "lerian_reporter_connection" "orders" {
  product_name = lerian_reporter_connection.orders.product_name
  config_name  = lerian_reporter_connection.orders.config_name
}

output "orders_host" {
  value = data.lerian_reporter_connection.orders.host
}
