terraform {
  required_version = ">= 1.11"

  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}
