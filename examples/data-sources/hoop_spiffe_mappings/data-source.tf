terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_spiffe_mappings" "all" {}

output "trust_domains" {
  value = distinct(data.hoop_spiffe_mappings.all.mappings[*].trust_domain)
}
