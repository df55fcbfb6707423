# The connections of one team.
list "hoop_connection" "payments" {
  provider = hoop

  config {
    tag_selector = "team=payments"
  }
}

# All connections, not only the first hundred, with what `-generate-config-out` writes to the configuration.
list "hoop_connection" "all" {
  provider         = hoop
  limit            = 10000
  include_resource = true
}
