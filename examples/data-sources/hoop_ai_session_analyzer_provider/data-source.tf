terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

variable "openai_api_key" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = "sk-example"
}

resource "hoop_ai_session_analyzer_provider" "model" {
  model_provider     = "openai"
  model              = "gpt-5-mini"
  api_key_wo         = var.openai_api_key
  api_key_wo_version = "1"
}

data "hoop_ai_session_analyzer_provider" "model" {
  depends_on = [hoop_ai_session_analyzer_provider.model]
}

output "model" {
  value = data.hoop_ai_session_analyzer_provider.model.model
}
