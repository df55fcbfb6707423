list "hoop_org_agent_key" "this" {
  provider = hoop
}
