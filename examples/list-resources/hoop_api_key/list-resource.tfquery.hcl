list "hoop_api_key" "all" {
  provider = hoop
}
