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

variable "notification_token" {
  type      = string
  sensitive = true
  default   = "an-example-token"
}

resource "hoop_connection" "workers" {
  name     = "workers"
  type     = "custom"
  agent_id = data.hoop_agent.default.id
  command  = ["bash"]
}

resource "hoop_runbook_configuration" "operations" {
  git_url = "https://github.com/example/runbooks"
}

# By hand: terraform apply -invoke=action.hoop_runbook_exec.restart
action "hoop_runbook_exec" "restart" {
  config {
    connection_name = hoop_connection.workers.name
    repository      = hoop_runbook_configuration.operations.repository
    file_name       = "workers/restart.runbook.sh"

    parameters = {
      environment = "production"
    }

    # In no state. For an action that a trigger starts, the variable can be ephemeral: then no plan contains it either.
    env_vars = {
      "envvar:NOTIFICATION_TOKEN" = var.notification_token
    }

    timeouts = {
      invoke = "5m"
    }
  }
}
