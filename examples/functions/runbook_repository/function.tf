terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

variable "git_url" {
  type    = string
  default = "git@github.com:example/runbooks.git"
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

# The configuration of the repository is managed elsewhere; any URL of the repository gives its name.
resource "hoop_runbook_rule" "restart" {
  name        = "restart-workers"
  connections = [hoop_connection.orders.name]
  user_groups = ["operators"]

  runbooks = [
    {
      name       = "workers/restart.runbook.sql"
      repository = provider::hoop::runbook_repository(var.git_url)
    },
  ]
}
