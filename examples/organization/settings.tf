# Settings that every gateway has. A destroy resets the first three and leaves the last as it is.

resource "hoop_org_hide_role_info" "this" {
  hide_role_info = true
}

resource "hoop_org_analytics_mode" "this" {
  analytics_mode = "anonymous"
}

resource "hoop_feature_flag" "mcp_gateway" {
  name    = "experimental.mcp_gateway"
  enabled = true
}

resource "hoop_server_misc_config" "this" {
  postgres_server_config = { listen_address = "0.0.0.0:15432" }
}
