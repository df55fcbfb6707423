import {
  to = hoop_plugin.access_control
  id = "access_control"
}
