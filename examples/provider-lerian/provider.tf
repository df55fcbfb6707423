terraform {
  required_providers {
    lerian = {
      source = "lerianstudio/lerian"
    }
  }
}

provider "lerian" {
  endpoint     = "https://reporter.example.com" # or LERIAN_ENDPOINT
  auth_url     = "https://auth.example.com"     # or LERIAN_AUTH_URL
  client_id    = "terraform"                    # or LERIAN_CLIENT_ID
  product_name = "payments"
  # client_secret comes from LERIAN_CLIENT_SECRET
}
