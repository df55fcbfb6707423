terraform {
  required_providers {
    hoop = { source = "hoophq/hoop" }
  }
}

data "hoop_agent" "default" {
  name = "default"
}

resource "hoop_connection" "orders" {
  name      = "orders-db"
  type      = "database"
  subtype   = "postgres"
  agent_id  = data.hoop_agent.default.id
  reviewers = ["dba"]

  secrets = {
    "envvar:HOST" = "orders.internal"
    "envvar:USER" = "hoop"
    "envvar:PASS" = "_aws:orders-db:password" # a reference to AWS Secrets Manager
  }
}
