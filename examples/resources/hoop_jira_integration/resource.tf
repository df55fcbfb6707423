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
