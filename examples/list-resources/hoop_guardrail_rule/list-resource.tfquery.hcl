list "hoop_guardrail_rule" "all" {
  provider = hoop
}
