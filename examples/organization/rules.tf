# A gateway with the open-source license has one rule of each of the first three kinds.

resource "hoop_guardrail_rule" "no_truncate" {
  name           = "no-truncate"
  description    = "Nobody empties a table"
  connection_ids = [for name in local.databases : hoop_connection.target[name].id]

  input = {
    rules = [
      {
        type    = "deny_words_list"
        words   = ["DROP", "TRUNCATE"]
        message = "Ask the database team."
      },
    ]
  }
}

resource "hoop_access_request_rule" "payments" {
  name        = "payments"
  description = "Access to payments needs the approval of a database administrator"
  access_type = "jit"

  connection_names         = [for name, target in local.targets : hoop_connection.target[name].name if target.team == "payments"]
  approval_required_groups = ["engineering", "support"]
  reviewers_groups         = ["dba"]
  min_approvals            = 1
  access_max_duration      = var.approval_hours * 3600
}

resource "hoop_datamasking_rules" "contact" {
  name           = "contact-data"
  description    = "Contact data of customers"
  connection_ids = [for name in local.databases : hoop_connection.target[name].id]

  supported_entity_types = [
    {
      name         = "CONTACT"
      entity_types = [var.masked]
    },
  ]
}

resource "hoop_ai_session_analyzer_rule" "payments" {
  name             = "payments-risk"
  connection_names = hoop_access_request_rule.payments.connection_names
  custom_prompt    = "Updates without a WHERE clause are a high risk."

  risk_evaluation = {
    low_risk = { action = "allow_execution" }
    medium_risk = {
      action                   = "require_access_request"
      access_request_rule_name = hoop_access_request_rule.payments.name
    }
    high_risk = { action = "block_execution" }
  }
}

# Who sees what, once the plugin access_control is enabled.
resource "hoop_attribute" "platform" {
  name        = "platform"
  description = "What the platform team runs"

  connection_names           = [for name, target in local.targets : hoop_connection.target[name].name if target.team == "platform"]
  access_control_group_names = ["engineering"]
}
