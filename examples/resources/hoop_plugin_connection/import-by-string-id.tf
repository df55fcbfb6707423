import {
  to = hoop_plugin_connection.orders
  id = "slack/8ffafd2a-bee0-586d-bac6-ae01a534e23a"
}
