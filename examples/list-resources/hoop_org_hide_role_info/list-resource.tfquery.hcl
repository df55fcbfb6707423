list "hoop_org_hide_role_info" "this" {
  provider = hoop
}
