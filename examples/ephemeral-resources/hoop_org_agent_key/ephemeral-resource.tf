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

ephemeral "hoop_org_agent_key" "this" {}

resource "hoop_connection" "deploy" {
  name     = "deploy"
  type     = "custom"
  agent_id = data.hoop_agent.default.id
  secrets_wo = {
    "envvar:HOOP_KEY" = ephemeral.hoop_org_agent_key.this.key
  }
  secrets_wo_version = "1"
}
