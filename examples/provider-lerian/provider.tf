terraform {
  required_providers {
    lerian = {
      source = "lerianstudio/lerian"
    }
  }
}

provider "lerian" {
  endpoint     = "https://reporter.example.com" # or LERIAN_ENDPOINT
  auth_url     = "https://auth.example.com"     # or LERIAN_AUTH_URL
  client_id    = "terraform"                    # or LERIAN_CLIENT_ID
  product_name = "payments"
  # client_secret comes from LERIAN_CLIENT_SECRET
}

variable "orders_password" {
  type      = string
  ephemeral = true
}

resource "lerian_reporter_connection" "orders" {
  config_name   = "orders-db"
  type          = "POSTGRESQL"
  host          = "orders.internal"
  port          = 5432
  database_name = "orders"
  user_name     = "reporter"

  # Not stored in the state; change the version to send the value again.
  password_wo         = var.orders_password
  password_wo_version = 1
}
