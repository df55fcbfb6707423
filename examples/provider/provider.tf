terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

# The URL and the key come from HOOP_APIURL and HOOP_APIKEY, unless `api_url` and `api_key` are set.
provider "hoop" {}
