list "hoop_runbook_rule" "all" {
  provider = hoop
}
