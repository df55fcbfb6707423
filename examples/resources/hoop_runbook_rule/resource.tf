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
}

resource "hoop_runbook_configuration" "operations" {
  git_url = "https://github.com/example/runbooks"
}

resource "hoop_runbook_rule" "restart" {
  name        = "restart-workers"
  description = "Operators may restart the workers of the order database"
  connections = [hoop_connection.orders.name]
  user_groups = ["operators"]

  runbooks = [
    {
      name       = "workers/restart.runbook.sql"
      repository = hoop_runbook_configuration.operations.repository
    },
  ]
}
