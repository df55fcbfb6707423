import {
  to = hoop_jira_integration.jira
  identity = {
    id = "org"
  }
}
