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

resource "hoop_access_request_rule" "orders" {
  name                     = "orders-approval"
  description              = "Developers need the approval of a database administrator."
  access_type              = "jit"
  connection_names         = [hoop_connection.orders.name]
  approval_required_groups = ["developers"]
  reviewers_groups         = ["dba"]
  min_approvals            = 1
  access_max_duration      = 3600
}

resource "hoop_ai_session_analyzer_rule" "orders" {
  name             = "orders-risk"
  connection_names = [hoop_connection.orders.name]
  custom_prompt    = "Updates without a WHERE clause are a high risk."

  risk_evaluation = {
    low_risk = { action = "allow_execution" }
    medium_risk = {
      action                   = "require_access_request"
      access_request_rule_name = hoop_access_request_rule.orders.name
    }
    high_risk = { action = "block_execution" }
  }
}
