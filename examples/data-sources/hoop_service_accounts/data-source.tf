terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_service_accounts" "all" {}

output "active_service_accounts" {
  value = [for account in data.hoop_service_accounts.all.service_accounts : account.subject if account.status == "active"]
}
