terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_agent" "payments" {
  name = "payments"
}

resource "hoop_spiffe_mapping" "payments" {
  trust_domain = "example.com"
  spiffe_id    = "spiffe://example.com/ns/payments/sa/hoop-agent"
  agent_id     = hoop_agent.payments.id
  groups       = ["agents"]

  # The gateway deletes the mapping together with the agent.
  lifecycle {
    replace_triggered_by = [hoop_agent.payments]
  }
}

# One mapping for the agents of all namespaces: the rest of the SPIFFE ID is the name of the agent.
resource "hoop_spiffe_mapping" "others" {
  trust_domain   = "example.com"
  spiffe_prefix  = "spiffe://example.com/agents/"
  agent_template = "{{.WorkloadIdentifier}}"
}
