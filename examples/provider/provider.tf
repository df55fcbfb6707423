terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

# The address and the key come from HOOP_APIURL and HOOP_APIKEY; `api_url` and `api_key` override them.
provider "hoop" {}
