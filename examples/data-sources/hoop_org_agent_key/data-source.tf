terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_org_agent_key" "this" {}

output "agent_key" {
  value     = data.hoop_org_agent_key.this.key
  sensitive = true
}
