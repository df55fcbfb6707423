terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_service_account" "ci" {
  subject = "0oa1ci2example"
  groups  = ["deployment"]
}

data "hoop_service_account" "ci" {
  subject = hoop_service_account.ci.subject
}

output "groups_of_ci" {
  value = data.hoop_service_account.ci.groups
}
