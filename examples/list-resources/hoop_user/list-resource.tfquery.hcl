list "hoop_user" "all" {
  provider = hoop
}
