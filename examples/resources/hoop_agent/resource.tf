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

# The agent authenticates with this token. It is stored in the state only: the gateway does not return it again.
output "agent_token" {
  value     = hoop_agent.eu.token
  sensitive = true
}
