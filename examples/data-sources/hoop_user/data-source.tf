terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_user" "ada" {
  email  = "ada@example.com"
  status = "active"
  groups = ["dba"]
}

# Look up by e-mail address or by id.
data "hoop_user" "ada" {
  email = hoop_user.ada.email
}

output "role_of_ada" {
  value = data.hoop_user.ada.role
}
