terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_service_account" "ci" {
  subject = "0oa1ci2example"
  name    = "Continuous integration"
  groups  = ["deployment"]
}
