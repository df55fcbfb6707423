import {
  to = hoop_server_misc_config.this
  identity = {
    id = "server"
  }
}
