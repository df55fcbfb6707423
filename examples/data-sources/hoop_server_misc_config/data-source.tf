terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_server_misc_config" "this" {}

output "postgres_listener" {
  value = try(data.hoop_server_misc_config.this.postgres_server_config.listen_address, "off")
}
