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

# A new password is tested by the same apply that sends it.
resource "terraform_data" "password_version" {
  input = lerian_reporter_connection.orders.password_wo_version

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.lerian_reporter_connection_test.orders]
    }
  }
}

# By hand: terraform apply -invoke=action.lerian_reporter_connection_test.orders
action "lerian_reporter_connection_test" "orders" {
  config {
    connection_id = lerian_reporter_connection.orders.id
  }
}
