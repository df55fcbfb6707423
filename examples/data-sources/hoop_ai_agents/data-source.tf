terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_ai_agents" "all" {}

output "active_ai_agents" {
  value = [for agent in data.hoop_ai_agents.all.ai_agents : agent.name if agent.status == "active"]
}
