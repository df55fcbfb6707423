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

data "hoop_access_request_rule" "orders" {
  name = hoop_access_request_rule.orders.name
}

output "who_approves" {
  value = data.hoop_access_request_rule.orders.reviewers_groups
}
