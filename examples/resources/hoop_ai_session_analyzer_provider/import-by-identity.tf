import {
  to = hoop_ai_session_analyzer_provider.model
  identity = {
    id = "org"
  }
}
