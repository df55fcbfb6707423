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
}

resource "hoop_machine_identity" "nightly" {
  name             = "nightly-export"
  connection_names = [hoop_connection.reports.name]
}

ephemeral "hoop_machine_identity_credentials" "nightly" {
  # The name is known before the identity exists. With the condition, the first plan opens nothing.
  name = hoop_machine_identity.nightly.id != "" ? hoop_machine_identity.nightly.name : null
}

resource "hoop_connection" "nightly" {
  name     = "nightly-export"
  type     = "custom"
  agent_id = data.hoop_agent.default.id
  secrets_wo = {
    "envvar:REPORTS_TOKEN" = ephemeral.hoop_machine_identity_credentials.nightly.credentials[0].secret_key
  }
  secrets_wo_version = "1"
}
