terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_jira_issue_templates" "all" {}

output "issue_templates" {
  value = data.hoop_jira_issue_templates.all.templates[*].name
}
