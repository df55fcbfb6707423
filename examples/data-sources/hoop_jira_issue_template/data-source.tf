terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
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
  name            = "database-access"
  project_key     = "OPS"
  request_type_id = "42"

  # A template requires the integration.
  depends_on = [hoop_jira_integration.jira]
}

data "hoop_jira_issue_template" "access" {
  id = hoop_jira_issue_template.access.id
}

output "project" {
  value = data.hoop_jira_issue_template.access.project_key
}
