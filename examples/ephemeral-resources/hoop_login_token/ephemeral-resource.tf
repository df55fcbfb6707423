terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

variable "password" {
  type      = string
  ephemeral = true
}

# This configuration needs only the URL of the gateway.
provider "hoop" {
  alias = "login"
}

ephemeral "hoop_login_token" "admin" {
  provider = hoop.login
  email    = "admin@example.test"
  password = var.password
}

provider "hoop" {
  api_key = ephemeral.hoop_login_token.admin.token
}

resource "hoop_agent" "eu_west" {
  name = "eu-west"
}
