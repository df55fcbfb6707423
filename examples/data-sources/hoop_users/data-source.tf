terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_users" "all" {}

output "inactive_users" {
  value = [for user in data.hoop_users.all.users : user.email if user.status == "inactive"]
}
