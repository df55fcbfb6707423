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

variable "federation_key" {
  type      = string
  default   = "{\"type\": \"service_account\"}"
  sensitive = true
}

resource "hoop_connection" "warehouse" {
  name     = "warehouse"
  type     = "custom"
  agent_id = data.hoop_agent.default.id
  command  = ["bq", "query"]
}

resource "hoop_connection_federation" "warehouse" {
  connection_name                   = hoop_connection.warehouse.name
  builtin_provider                  = "gcp_iam"
  admin_credentials_json_wo         = var.federation_key
  admin_credentials_json_wo_version = "1"
  identity_target_template          = "{user.email}@example-project.iam.gserviceaccount.com"
  token_ttl_seconds                 = 900

  extra_config = jsonencode({
    project_id = "example-project"
  })
}
