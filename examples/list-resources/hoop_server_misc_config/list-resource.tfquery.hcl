list "hoop_server_misc_config" "this" {
  provider = hoop
}
