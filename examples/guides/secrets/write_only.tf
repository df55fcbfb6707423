variable "reports_password" {
  description = "Password of the database with the reports."
  type        = string
  ephemeral   = true
}

variable "reports_password_version" {
  description = "Changes whenever the password changes."
  type        = string
}

resource "hoop_connection" "reports" {
  name     = "reports-db"
  type     = "database"
  subtype  = "postgres"
  agent_id = data.hoop_agent.default.id

  # Stored in the state, so that changes made outside Terraform are shown.
  secrets = {
    "envvar:HOST" = "reports.internal"
    "envvar:PORT" = "5432"
    "envvar:DB"   = "reports"
    "envvar:USER" = "hoop"
  }

  # Sent to the gateway and stored nowhere else.
  secrets_wo = {
    "envvar:PASS" = var.reports_password
  }
  secrets_wo_version = var.reports_password_version
}
