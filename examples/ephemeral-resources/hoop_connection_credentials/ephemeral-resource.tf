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

resource "hoop_connection" "reports" {
  name     = "reports"
  type     = "httpproxy"
  subtype  = "httpproxy"
  agent_id = data.hoop_agent.default.id
  secrets = {
    "envvar:REMOTE_URL" = "https://reports.internal"
  }
}

# Ephemeral resources are opened during the plan too. With the identifier, which is not known before the connection
# exists, the first plan opens nothing; with the name, it would fail.
ephemeral "hoop_connection_credentials" "reports" {
  connection_name         = hoop_connection.reports.id
  access_duration_seconds = 8 * 60 * 60

  # With `revoke_on_close = true` the credential would be invalid after this run, and what was stored below with it.
}

# Whatever accepts ephemeral values can use them: write-only arguments, provider blocks, provisioners.
resource "hoop_connection" "nightly" {
  name     = "nightly-export"
  type     = "custom"
  agent_id = data.hoop_agent.default.id
  secrets_wo = {
    "envvar:REPORTS_TOKEN" = ephemeral.hoop_connection_credentials.reports.proxy_token
  }
  secrets_wo_version = "1"
}
