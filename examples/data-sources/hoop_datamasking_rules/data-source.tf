terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_datamasking_rules" "contact" {
  name = "contact-data"

  supported_entity_types = [
    {
      name         = "CONTACT"
      entity_types = ["EMAIL_ADDRESS", "PHONE_NUMBER"]
    },
  ]
}

data "hoop_datamasking_rules" "contact" {
  id = hoop_datamasking_rules.contact.id
}

output "masked_kinds" {
  value = data.hoop_datamasking_rules.contact.supported_entity_types[*].name
}
