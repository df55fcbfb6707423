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

resource "hoop_event_subscription" "alert" {
  name               = "alert-on-violation"
  event_types        = ["session.guardrail_violation"]
  runbook_repository = "github.com/example/runbooks"
  runbook_file       = "alerts/open.runbook.sh"
  connection_name    = hoop_connection.orders.name

  # Otherwise the next apply restores the status.
  lifecycle {
    ignore_changes = [status]
  }
}

# Before a migration: terraform apply -invoke=action.hoop_event_subscription_pause.alert
action "hoop_event_subscription_pause" "alert" {
  config {
    id = hoop_event_subscription.alert.id
  }
}
