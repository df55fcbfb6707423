terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_plugin_config" "slack" {
  plugin_name = "slack"

  config_wo = {
    SLACK_BOT_TOKEN = "xoxb-example"
    SLACK_APP_TOKEN = "xapp-example"
  }
  config_wo_version = 1
}
