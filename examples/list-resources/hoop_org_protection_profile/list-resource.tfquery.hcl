list "hoop_org_protection_profile" "this" {
  provider = hoop
}
