import {
  to = hoop_plugin.access_control
  identity = {
    name = "access_control"
  }
}
