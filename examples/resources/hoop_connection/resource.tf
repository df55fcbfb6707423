terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_agent" "default" {
  name = "default"
}

resource "hoop_connection" "orders" {
  name     = "orders-db"
  type     = "database"
  subtype  = "postgres"
  agent_id = data.hoop_agent.default.id

  # Kept in the state, except for what is only a reference to a secret. `secrets_wo` keeps all of it out.
  secrets = {
    "envvar:HOST" = "orders.internal"
    "envvar:PORT" = "5432"
    "envvar:USER" = "hoop"
    "envvar:PASS" = "_aws:orders-db:password"
    "envvar:DB"   = "orders"
  }

  access_mode_runbooks = "enabled"
  access_mode_exec     = "enabled"
  access_mode_connect  = "disabled"

  reviewers = ["dba"]

  tags = {
    team        = "payments"
    environment = "production"
  }
}

# Nothing secret in the state: raise the version whenever a value changes.
resource "hoop_connection" "reports" {
  name     = "reports-ssh"
  type     = "application"
  subtype  = "ssh"
  agent_id = data.hoop_agent.default.id

  secrets_wo = {
    "envvar:HOST" = "reports.internal"
    "envvar:USER" = "hoop"
    "envvar:PASS" = "correct-horse-battery-staple"
  }
  secrets_wo_version = 1
}
