import {
  to = hoop_jira_integration.jira
  id = "org"
}
