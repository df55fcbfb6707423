terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_ai_session_analyzer_rules" "orders" {
  connection_name = "orders-db"
}

output "analyzer_rules" {
  value = data.hoop_ai_session_analyzer_rules.orders.rules[*].name
}
