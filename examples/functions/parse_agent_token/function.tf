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

locals {
  # Sensitive as a whole, because the token is.
  token = provider::hoop::parse_agent_token(hoop_agent.eu.token)
}

# For the rule of a firewall: where the agent connects to.
output "gateway" {
  value = nonsensitive("${local.token.host}:${local.token.port}")
}

output "agent_secret" {
  value     = local.token.secret
  sensitive = true
}
