import {
  to = hoop_jira_issue_template.access
  id = "8ffafd2a-bee0-586d-bac6-ae01a534e23a"
}
