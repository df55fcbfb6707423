list "hoop_org_license" "this" {
  provider = hoop
}
