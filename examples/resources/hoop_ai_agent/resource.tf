terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_ai_agent" "support" {
  name   = "support-assistant"
  groups = ["support"]
}

# It is stored in the state only: the gateway does not return it again.
output "ai_agent_key" {
  value     = hoop_ai_agent.support.key
  sensitive = true
}
