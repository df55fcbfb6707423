terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_event_type" "closed" {
  name = "session.closed"
}

output "fields" {
  value = data.hoop_event_type.closed.schema[*].name
}
