# The federation of one connection; without `config`, of all of them.
list "hoop_connection_federation" "analytics" {
  provider = hoop

  config {
    connection_name = "analytics"
  }
}
