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

resource "hoop_ai_session_analyzer_rule" "orders" {
  name             = "orders-risk"
  connection_names = [hoop_connection.orders.name]
  custom_prompt    = "Updates without a WHERE clause are a high risk."

  risk_evaluation = {
    low_risk    = { action = "allow_execution" }
    medium_risk = { action = "allow_execution" }
    high_risk   = { action = "block_execution" }
  }
}

data "hoop_ai_session_analyzer_rule" "orders" {
  name = hoop_ai_session_analyzer_rule.orders.name
}

output "high_risk" {
  value = data.hoop_ai_session_analyzer_rule.orders.risk_evaluation.high_risk.action
}
