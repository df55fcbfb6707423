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

# Look up by name or by id.
data "hoop_ai_agent" "support" {
  name = hoop_ai_agent.support.name
}

output "groups_of_the_assistant" {
  value = data.hoop_ai_agent.support.groups
}
