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

# After each change of the connection the agent tests it. A test that fails ends the apply with an error; the connection
# remains as it was changed.
resource "hoop_connection" "orders" {
  name     = "orders-db"
  type     = "database"
  subtype  = "postgres"
  agent_id = data.hoop_agent.default.id

  secrets = {
    "envvar:HOST" = "orders.internal"
    "envvar:PORT" = "5432"
    "envvar:USER" = "hoop"
    "envvar:PASS" = "_aws:orders-db:password"
    "envvar:DB"   = "orders"
  }

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.hoop_connection_test.orders]
    }
  }
}

# By hand: terraform apply -invoke=action.hoop_connection_test.orders
action "hoop_connection_test" "orders" {
  config {
    connection_name = "orders-db"
    timeouts = {
      invoke = "1m"
    }
  }
}
