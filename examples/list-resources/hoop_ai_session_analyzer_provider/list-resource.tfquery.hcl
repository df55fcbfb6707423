list "hoop_ai_session_analyzer_provider" "this" {
  provider = hoop
}
