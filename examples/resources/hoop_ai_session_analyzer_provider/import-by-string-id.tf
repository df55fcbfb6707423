import {
  to = hoop_ai_session_analyzer_provider.model
  id = "org"
}
