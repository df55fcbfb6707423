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

variable "jira_api_token" {
  type      = string
  default   = "example-token"
  sensitive = true
}

resource "hoop_jira_integration" "jira" {
  url                  = "https://example.atlassian.net"
  user                 = "gateway@example.com"
  api_token_wo         = var.jira_api_token
  api_token_wo_version = "1"
}

resource "hoop_jira_issue_template" "access" {
  name                                 = "database-access"
  description                          = "One issue for each session on the order database"
  project_key                          = "OPS"
  request_type_id                      = "42"
  issue_transition_name_on_close       = "Resolve"
  skip_transition_on_nonzero_exit_code = true
  connection_ids                       = [hoop_connection.orders.id]

  mapping_types = {
    items = [
      {
        type        = "preset"
        value       = "session.connection"
        jira_field  = "customfield_10050"
        description = "Connection"
      },
    ]
  }

  prompt_types = {
    items = [
      {
        label      = "Reason"
        jira_field = "customfield_10052"
        field_type = "text"
        required   = true
      },
    ]
  }

  # A template requires the integration.
  depends_on = [hoop_jira_integration.jira]
}
