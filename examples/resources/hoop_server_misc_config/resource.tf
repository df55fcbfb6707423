terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_server_misc_config" "this" {
  postgres_server_config = {
    listen_address = "0.0.0.0:15432"
  }

  # The gateway generates a host key if `hosts_key` is not set, and keeps it.
  ssh_server_config = {
    listen_address = "0.0.0.0:12222"
  }

  # A listener is switched off with an empty address, and left alone if it is not configured.
  rdp_server_config = {
    listen_address = ""
  }
}
