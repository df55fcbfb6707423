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

# By the e-mail address, or by the id.
data "hoop_user" "ada" {
  email = hoop_user.ada.email
}

output "role_of_ada" {
  value = data.hoop_user.ada.role
}
