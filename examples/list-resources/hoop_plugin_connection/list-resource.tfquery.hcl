# The connections of one plugin; without `config`, of all of them.
list "hoop_plugin_connection" "access" {
  provider = hoop

  config {
    plugin_name = "access_control"
  }
}
