import {
  to = hoop_server_auth_config.this
  id = "server"
}
