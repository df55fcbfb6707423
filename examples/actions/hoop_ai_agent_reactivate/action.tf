terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

# terraform apply -invoke=action.hoop_ai_agent_reactivate.assistant
action "hoop_ai_agent_reactivate" "assistant" {
  config {
    id = "assistant"
  }
}
