terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

provider "hoop" {
  api_url = "https://hoop.example.com/api" # or HOOP_APIURL
  # The key comes from HOOP_APIKEY.
}

data "hoop_agent" "default" {
  name = "default"
}

resource "hoop_connection" "orders" {
  name     = "orders-db"
  type     = "database"
  subtype  = "postgres"
  agent_id = data.hoop_agent.default.id

  secrets = {
    "envvar:HOST" = "orders.internal"
    "envvar:PORT" = "5432"
    "envvar:USER" = "hoop"
    "envvar:PASS" = "_aws:orders-db:password" # a reference, which the agent resolves
    "envvar:DB"   = "orders"
  }
}
