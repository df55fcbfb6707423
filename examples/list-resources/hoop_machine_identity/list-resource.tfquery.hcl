list "hoop_machine_identity" "all" {
  provider = hoop
}
