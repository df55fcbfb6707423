terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_agents" "all" {}

output "agent_names" {
  value = data.hoop_agents.all.agents[*].name
}
