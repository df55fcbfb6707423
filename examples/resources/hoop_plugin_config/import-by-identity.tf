import {
  to = hoop_plugin_config.slack
  identity = {
    plugin_name = "slack"
  }
}
