list "hoop_runbook_configuration" "all" {
  provider = hoop
}
