terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_api_keys" "all" {}

output "administrators" {
  value = [
    for key in data.hoop_api_keys.all.api_keys : key.name
    if key.status == "active" && contains(key.groups, "admin")
  ]
}
