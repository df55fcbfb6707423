resource "hoop_plugin_connection" "announced" {
  for_each = toset(local.databases)

  plugin_name   = "slack"
  connection_id = hoop_connection.target[each.key].id
  config        = ["C024BE91L"]
}

resource "hoop_jira_integration" "jira" {
  url                  = "https://example.atlassian.net"
  user                 = "gateway@example.com"
  api_token_wo         = var.jira_api_token
  api_token_wo_version = 1
}

resource "hoop_jira_issue_template" "access" {
  name            = "database-access"
  description     = "One issue for each session on a database of payments"
  project_key     = "OPS"
  request_type_id = "42"
  connection_ids  = [for name, target in local.targets : hoop_connection.target[name].id if target.team == "payments"]

  mapping_types = {
    items = [
      {
        type       = "preset"
        value      = "session.connection"
        jira_field = "customfield_10050"
      },
    ]
  }

  depends_on = [hoop_jira_integration.jira]
}

resource "hoop_event_subscription" "violation" {
  name               = "alert-on-violation"
  description        = "Opens an alert when a session violates a guardrail rule"
  event_types        = ["session.guardrail_violation"]
  runbook_repository = hoop_runbook_configuration.operations.repository
  runbook_file       = "alerts/open.runbook.sh"
  connection_name    = hoop_connection.target["bastion"].name
  parameter_mapping  = { session = "$.session_id" }
}
