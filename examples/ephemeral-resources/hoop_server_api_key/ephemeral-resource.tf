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

ephemeral "hoop_server_api_key" "this" {}

resource "hoop_connection" "automation" {
  name     = "automation"
  type     = "custom"
  agent_id = data.hoop_agent.default.id
  secrets_wo = {
    "envvar:HOOP_APIKEY" = ephemeral.hoop_server_api_key.this.api_key
  }
  secrets_wo_version = "1"
}
