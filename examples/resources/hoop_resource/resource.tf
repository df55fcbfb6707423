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

resource "hoop_resource" "orders" {
  name     = "orders"
  type     = "database"
  subtype  = "postgres"
  agent_id = data.hoop_agent.default.id

  # Injected into the sessions of all roles.
  env_vars = {
    "envvar:HOST" = "orders.internal"
    "envvar:PORT" = "5432"
    "envvar:DB"   = "orders"
  }

  roles = {
    orders-readonly = {
      type    = "database"
      subtype = "postgres"
      secrets = {
        "envvar:USER" = "readonly"
        "envvar:PASS" = "_aws:orders-readonly:password"
      }
    }
    orders-admin = {
      type    = "database"
      subtype = "postgres"
      secrets = {
        "envvar:USER" = "admin"
        "envvar:PASS" = "_aws:orders-admin:password"
      }
    }
  }
}
