terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_agent" "default" {
  name = "default"
}

output "agent_is_connected" {
  value = data.hoop_agent.default.status == "CONNECTED"
}
