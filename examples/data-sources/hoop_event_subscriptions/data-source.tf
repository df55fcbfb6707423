terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_event_subscriptions" "paused" {
  status = "paused"
}

output "paused_subscriptions" {
  value = data.hoop_event_subscriptions.paused.subscriptions[*].name
}
