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

resource "hoop_event_subscription" "alert" {
  name               = "alert-on-violation"
  description        = "Opens an alert when a session violates a guardrail rule"
  event_types        = ["session.guardrail_violation"]
  runbook_repository = hoop_runbook_configuration.operations.repository
  runbook_file       = "alerts/open.runbook.sh"
  connection_name    = hoop_connection.orders.name

  parameter_mapping = {
    session = "$.session_id"
    rule    = "$.rule"
  }
}

data "hoop_event_subscription" "alert" {
  id = hoop_event_subscription.alert.id
}

output "created_by" {
  value = data.hoop_event_subscription.alert.created_by_email
}
