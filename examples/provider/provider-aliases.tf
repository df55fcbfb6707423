terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

provider "hoop" {
  api_url = "https://hoop.example.com/api"
}

provider "hoop" {
  alias   = "staging"
  api_url = "https://hoop.staging.example.com/api"
  api_key = var.staging_key
}

variable "staging_key" {
  type      = string
  ephemeral = true
}

resource "hoop_agent" "staging" {
  provider = hoop.staging
  name     = "eu-west"
}
