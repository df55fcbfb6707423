list "hoop_ai_agent" "all" {
  provider = hoop
}
