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

  # All of this is stored in the state, so the password is only a reference that the agent resolves.
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

# The usual form where a value is secret: what is not secret is planned, and drift of it is detected; the password is
# sent to the gateway and stored nowhere. Change the version whenever the password changes.
resource "hoop_connection" "reports" {
  name     = "reports-ssh"
  type     = "application"
  subtype  = "ssh"
  agent_id = data.hoop_agent.default.id

  secrets = {
    "envvar:HOST" = "reports.internal"
    "envvar:USER" = "hoop"
  }
  secrets_wo = {
    "envvar:PASS" = "correct-horse-battery-staple"
  }
  secrets_wo_version = "2026-11-01"
}
