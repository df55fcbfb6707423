terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

variable "gateway_key" {
  description = "Key of the gateway. Plan files do not contain it."
  type        = string
  ephemeral   = true
}

provider "hoop" {
  api_url = "https://hoop.example.com/api"
  api_key = var.gateway_key
}
