list "hoop_datamasking_rules" "all" {
  provider = hoop
}
