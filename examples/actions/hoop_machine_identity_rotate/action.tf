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
  connection_names = [hoop_connection.wiki.name]
}

# A change of this text rotates the credential with the next apply.
resource "terraform_data" "quarter" {
  input = "2027-Q1"

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.hoop_machine_identity_rotate.crawler]
    }
  }
}

# By hand: terraform apply -invoke=action.hoop_machine_identity_rotate.crawler
action "hoop_machine_identity_rotate" "crawler" {
  config {
    name            = hoop_machine_identity.crawler.name
    connection_name = hoop_connection.wiki.name
  }
}
