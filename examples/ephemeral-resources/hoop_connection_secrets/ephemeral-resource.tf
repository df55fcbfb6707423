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
  name     = "orders"
  type     = "database"
  subtype  = "postgres"
  agent_id = data.hoop_agent.default.id
  secrets = {
    "envvar:HOST" = "orders.internal"
    "envvar:PASS" = "_aws:orders:password"
  }
}

ephemeral "hoop_connection_secrets" "orders" {
  connection_name = hoop_connection.orders.id
}

# A second connection to the same database. Its password is not in the state.
resource "hoop_connection" "orders_replica" {
  name     = "orders-replica"
  type     = "database"
  subtype  = "postgres"
  agent_id = data.hoop_agent.default.id
  secrets = {
    "envvar:HOST" = "orders-replica.internal"
  }
  secrets_wo = {
    "envvar:PASS" = ephemeral.hoop_connection_secrets.orders.secrets["envvar:PASS"]
  }
  secrets_wo_version = "1"
}
