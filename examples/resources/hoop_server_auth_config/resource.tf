terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

variable "oidc_client_secret" {
  type      = string
  sensitive = true
  default   = "example"
}

resource "hoop_server_auth_config" "this" {
  auth_method                    = "oidc"
  webapp_users_management_status = "inactive"
  provider_name                  = "keycloak"

  oidc_config = {
    issuer_url               = "https://login.example.com/realms/staff"
    client_id                = "hoop"
    client_secret_wo         = var.oidc_client_secret
    client_secret_wo_version = 1
    scopes                   = ["groups"]
  }
}
