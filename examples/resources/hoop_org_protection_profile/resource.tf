terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_org_protection_profile" "this" {
  profile = "protection-permissive"
}

data "hoop_agent" "default" {
  name = "default"
}

# The rules of the profile apply to connections that have its attribute.
resource "hoop_connection" "orders" {
  name       = "orders-db"
  type       = "database"
  subtype    = "postgres"
  agent_id   = data.hoop_agent.default.id
  attributes = [hoop_org_protection_profile.this.attribute_name]
}
