list "hoop_jira_issue_template" "all" {
  provider = hoop
}
