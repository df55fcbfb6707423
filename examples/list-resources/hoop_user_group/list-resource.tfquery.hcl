list "hoop_user_group" "all" {
  provider = hoop
}
