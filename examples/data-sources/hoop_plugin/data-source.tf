terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_plugin" "slack" {
  name = "slack"
}

output "announced_connections" {
  value = [for connection in data.hoop_plugin.slack.connections : connection.connection_id]
}
