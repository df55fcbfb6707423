list "hoop_plugin" "all" {
  provider = hoop
}
