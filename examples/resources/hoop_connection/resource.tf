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

  # These values are stored in the state. The password is a reference, which the agent resolves.
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

# Recommended for secret values: `secrets` contains the values that are not secret, with drift detection. The password is
# sent to the gateway and not stored in the state. Change the version whenever the password changes.
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
