terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_agent" "default" {
  name = "default"
}

resource "hoop_spiffe_mapping" "payments" {
  trust_domain = "example.com"
  spiffe_id    = "spiffe://example.com/ns/payments/sa/hoop-agent"
  agent_id     = data.hoop_agent.default.id
}

# Look up by SPIFFE ID or by id.
data "hoop_spiffe_mapping" "payments" {
  spiffe_id = hoop_spiffe_mapping.payments.spiffe_id
}

output "groups_of_payments" {
  value = data.hoop_spiffe_mapping.payments.groups
}
