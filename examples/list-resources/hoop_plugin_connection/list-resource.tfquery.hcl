# The connections of one plugin; without `config`, of all of them.
list "hoop_plugin_connection" "slack" {
  provider = hoop

  config {
    plugin_name = "slack"
  }
}
