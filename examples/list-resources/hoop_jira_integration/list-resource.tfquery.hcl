list "hoop_jira_integration" "this" {
  provider = hoop
}
