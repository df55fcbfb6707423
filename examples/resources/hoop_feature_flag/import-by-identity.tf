import {
  to = hoop_feature_flag.mcp_gateway
  identity = {
    name = "experimental.mcp_gateway"
  }
}
