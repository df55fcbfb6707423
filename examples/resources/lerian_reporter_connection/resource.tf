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

  # Sent and stored nowhere; raise the version to send it again.
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
    update = "30m" # while a report is being made, the manager refuses changes
    delete = "30m"
  }
}
