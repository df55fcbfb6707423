terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_connection_tags" "all" {}

output "tags" {
  value = { for tag in data.hoop_connection_tags.all.tags : tag.key => tag.value... }
}
