# The subscriptions that are not paused.
list "hoop_event_subscription" "active" {
  provider = hoop

  config {
    status = "active"
  }
}
