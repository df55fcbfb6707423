list "hoop_org_analytics_mode" "this" {
  provider = hoop
}
