import {
  to = hoop_plugin_config.slack
  id = "slack"
}
