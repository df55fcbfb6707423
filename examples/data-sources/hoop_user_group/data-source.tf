terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_user_group" "on_call" {
  name = "on-call"
}

# Fails if the gateway has no such group.
data "hoop_user_group" "on_call" {
  name = hoop_user_group.on_call.name
}
