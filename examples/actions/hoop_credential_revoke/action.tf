terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

variable "credential_id" {
  type        = string
  description = "Identifier of the credential, for example that of a session in the gateway's web interface."
}

# terraform apply -invoke=action.hoop_credential_revoke.leaked -var credential_id=…
action "hoop_credential_revoke" "leaked" {
  config {
    connection_name = "orders-db"
    id              = var.credential_id
  }
}
