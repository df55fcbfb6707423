import {
  to = hoop_plugin_connection.orders
  identity = {
    plugin_name   = "slack"
    connection_id = "8ffafd2a-bee0-586d-bac6-ae01a534e23a"
  }
}
