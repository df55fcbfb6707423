import {
  to = hoop_connection_federation.warehouse
  identity = {
    connection_name = "warehouse"
  }
}
