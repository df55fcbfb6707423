terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_machine_identity" "crawler" {
  name = "crawler"
}

data "hoop_machine_identity" "crawler" {
  name = hoop_machine_identity.crawler.name
}

output "connections_of_the_crawler" {
  value = data.hoop_machine_identity.crawler.connection_names
}
