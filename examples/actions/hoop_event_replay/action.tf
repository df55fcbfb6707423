terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

variable "dispatch_id" {
  type        = string
  description = "Identifier of the dispatch, as the gateway's web interface shows it for a subscription."
}

# terraform apply -invoke=action.hoop_event_replay.failed -var dispatch_id=…
action "hoop_event_replay" "failed" {
  config {
    dispatch_id = var.dispatch_id
  }
}
