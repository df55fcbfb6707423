# Everything that works here and is no person.

resource "hoop_service_account" "deployment" {
  subject = "deployment-client"
  name    = "Deployment"
  groups  = [hoop_user_group.group["machines"].name]
}

resource "hoop_api_key" "monitoring" {
  name   = "monitoring"
  groups = [hoop_user_group.group["machines"].name]
}

resource "hoop_ai_agent" "assistant" {
  name   = "assistant"
  groups = [hoop_user_group.group["support"].name]
}

resource "hoop_machine_identity" "reports" {
  name             = "reports"
  description      = "Nightly reports from the order database"
  connection_names = [hoop_connection.target["orders"].name]

  # Its credentials are for the listener of the gateway.
  depends_on = [hoop_server_misc_config.this]
}

resource "hoop_spiffe_mapping" "batch" {
  trust_domain  = "example.com"
  spiffe_prefix = "spiffe://example.com/batch/"
  agent_id      = hoop_agent.office.id
  groups        = [hoop_user_group.group["machines"].name]
}
