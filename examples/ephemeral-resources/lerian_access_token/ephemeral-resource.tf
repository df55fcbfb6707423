terraform {
  required_providers {
    lerian = {
      source = "lerianstudio/lerian"
    }
  }
}

# The client credentials are in LERIAN_AUTH_URL, LERIAN_CLIENT_ID and LERIAN_CLIENT_SECRET.
provider "lerian" {
  alias = "login"
}

ephemeral "lerian_access_token" "reporter" {
  provider = lerian.login
}

provider "lerian" {
  token = ephemeral.lerian_access_token.reporter.token
}

data "lerian_reporter_connections" "all" {}
