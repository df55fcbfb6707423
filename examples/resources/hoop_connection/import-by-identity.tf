import {
  to = hoop_connection.orders
  identity = {
    name = "orders-db"
  }
}
