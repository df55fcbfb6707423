terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_user" "ada" {
  email  = "ada@example.com"
  name   = "Ada Lovelace"
  status = "active"
  groups = ["dba", "engineering"]
}
