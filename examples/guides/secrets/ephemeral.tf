# Opened as soon as the identifier is known: after a create or an update of the connection.
ephemeral "hoop_connection_secrets" "reports" {
  connection_name = hoop_connection.reports.id
}

# Another connection to the same database, with the same password.
resource "hoop_connection" "exports" {
  name     = "reports-exports"
  type     = "database"
  subtype  = "postgres"
  agent_id = data.hoop_agent.default.id

  secrets = hoop_connection.reports.secrets

  secrets_wo = {
    "envvar:PASS" = ephemeral.hoop_connection_secrets.reports.secrets["envvar:PASS"]
  }
  secrets_wo_version = hoop_connection.reports.secrets_wo_version
}
