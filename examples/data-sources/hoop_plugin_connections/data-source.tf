terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_plugin_connections" "slack" {
  plugin_name = "slack"
}

output "announced_connections" {
  value = [for entry in data.hoop_plugin_connections.slack.connections : entry.connection_id if length(entry.config) > 0]
}
