import {
  to = hoop_server_mcp_auth_config.this
  identity = {
    id = "server"
  }
}
