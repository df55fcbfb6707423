import {
  to = hoop_connection_federation.warehouse
  id = "warehouse"
}
