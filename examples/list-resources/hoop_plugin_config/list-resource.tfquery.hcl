# The credentials of one plugin; without `config`, of all of them.
list "hoop_plugin_config" "slack" {
  provider = hoop

  config {
    plugin_name = "slack"
  }
}
