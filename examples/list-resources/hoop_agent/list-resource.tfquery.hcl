# The agents that are connected now.
list "hoop_agent" "connected" {
  provider = hoop

  config {
    status = "CONNECTED"
  }
}
