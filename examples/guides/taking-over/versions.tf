terraform {
  required_version = ">= 1.5"

  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}
