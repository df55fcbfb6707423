list "hoop_spiffe_mapping" "all" {
  provider = hoop
}
