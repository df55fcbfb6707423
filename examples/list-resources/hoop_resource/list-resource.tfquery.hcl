# The resources of one subtype.
list "hoop_resource" "postgres" {
  provider = hoop

  config {
    subtype = "postgres"
  }
}
