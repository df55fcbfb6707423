terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_plugins" "all" {}

output "enabled_plugins" {
  value = data.hoop_plugins.all.plugins[*].name
}
