import {
  to = hoop_feature_flag.mcp_gateway
  id = "experimental.mcp_gateway"
}
