terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_ai_session_analyzer_prompt" "prompt" {}

output "prompt" {
  value = data.hoop_ai_session_analyzer_prompt.prompt.prompt
}
