terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}
