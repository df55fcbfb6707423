terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

# terraform apply -invoke=action.hoop_api_key_reactivate.deployment
action "hoop_api_key_reactivate" "deployment" {
  config {
    id = "deployment"
  }
}
