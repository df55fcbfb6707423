terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_event_types" "session" {
  category = "Session"
}

output "events" {
  value = { for event in data.hoop_event_types.session.event_types : event.name => event.description }
}
