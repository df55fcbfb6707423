terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_machine_identities" "all" {}

output "identities_without_connections" {
  value = [
    for identity in data.hoop_machine_identities.all.machine_identities : identity.name
    if length(identity.connection_names) == 0
  ]
}
