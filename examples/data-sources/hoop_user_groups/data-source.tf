terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_user_groups" "all" {}

output "groups" {
  value = data.hoop_user_groups.all.groups[*].name
}
