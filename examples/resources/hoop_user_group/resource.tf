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

# A reference makes Terraform create the group first.
resource "hoop_user" "ada" {
  email  = "ada@example.com"
  status = "active"
  groups = [hoop_user_group.on_call.name]
}
