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

check "orders_can_be_reached" {
  data "lerian_reporter_connection_test" "orders" {
    connection_id = lerian_reporter_connection.orders.id
  }

  assert {
    condition     = data.lerian_reporter_connection_test.orders.status == "success"
    error_message = data.lerian_reporter_connection_test.orders.message
  }
}
