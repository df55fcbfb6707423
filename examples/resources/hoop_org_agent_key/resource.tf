terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_org_agent_key" "this" {}

# The value of HOOP_KEY for `hoop run`.
output "agent_key" {
  value     = hoop_org_agent_key.this.key
  sensitive = true
}
