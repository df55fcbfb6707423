list "hoop_server_mcp_auth_config" "this" {
  provider = hoop
}
