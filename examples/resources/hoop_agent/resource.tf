terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_agent" "eu" {
  name = "eu-west-1"
}

# What the agent starts with. The gateway shows it once, so keep the state well.
output "agent_token" {
  value     = hoop_agent.eu.token
  sensitive = true
}
