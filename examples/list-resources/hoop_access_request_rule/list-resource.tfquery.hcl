list "hoop_access_request_rule" "all" {
  provider = hoop
}
