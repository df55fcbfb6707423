list "hoop_server_auth_config" "this" {
  provider = hoop
}
