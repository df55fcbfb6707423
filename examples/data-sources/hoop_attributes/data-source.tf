terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_attributes" "payments" {
  search = "pci"
}

output "attributes" {
  value = data.hoop_attributes.payments.attributes[*].name
}
