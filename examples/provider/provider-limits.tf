terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

provider "hoop" {
  max_concurrent_requests = 4
  requests_per_second     = 20
  request_timeout         = 60
}
