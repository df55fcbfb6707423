resource "hoop_agent" "first" {
  name = "first-steps"
}

resource "hoop_connection" "orders" {
  name     = "first-steps-orders"
  type     = "database"
  subtype  = "postgres"
  agent_id = hoop_agent.first.id

  # Users of this group approve each session.
  reviewers = ["dba"]

  # Sent to the gateway, and not stored in the state.
  secrets_wo = {
    "envvar:HOST" = "orders.internal"
    "envvar:PORT" = "5432"
    "envvar:USER" = "hoop"
    "envvar:PASS" = "change-me"
    "envvar:DB"   = "orders"
  }
  secrets_wo_version = "1"
}
