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

resource "hoop_connection" "wiki" {
  name     = "wiki"
  type     = "httpproxy"
  subtype  = "httpproxy"
  agent_id = data.hoop_agent.default.id

  secrets = {
    "envvar:REMOTE_URL" = "https://wiki.internal"
  }
}

resource "hoop_machine_identity" "crawler" {
  name             = "crawler"
  description      = "Indexes internal pages"
  connection_names = [hoop_connection.wiki.name]
  attributes       = ["indexed"]
}
