list "hoop_service_account" "all" {
  provider = hoop
}
