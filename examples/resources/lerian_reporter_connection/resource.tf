terraform {
  required_providers {
    lerian = {
      source = "lerianstudio/lerian"
    }
  }
}

variable "orders_password" {
  type      = string
  ephemeral = true
  default   = "an-example"
}

resource "lerian_reporter_connection" "orders" {
  product_name  = "payments"
  config_name   = "orders-db"
  type          = "POSTGRESQL"
  host          = "orders.internal"
  port          = 5432
  database_name = "orders"
  user_name     = "reporter"
  schema        = "public"

  # Not stored in the state; change the version to send the value again.
  password_wo         = var.orders_password
  password_wo_version = 1

  ssl = {
    mode = "verify-full"
    ca   = <<-PEM
      -----BEGIN CERTIFICATE-----
      MIIBfzCCASWgAwIBAgIUYWJjZGVmZ2hpamtsbW5vcHFyc3QwCgYIKoZIzj0EAwIw
      -----END CERTIFICATE-----
    PEM
  }

  metadata = {
    environment = "production"
    team        = "data"
  }

  timeouts = {
    update = "30m" # the manager refuses changes while it creates a report
    delete = "30m"
  }
}
