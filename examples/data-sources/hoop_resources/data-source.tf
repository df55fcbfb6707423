terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_resources" "postgres" {
  subtype = "postgres"
}

output "postgres_resources" {
  value = data.hoop_resources.postgres.resources[*].name
}
