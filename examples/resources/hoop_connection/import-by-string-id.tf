import {
  to = hoop_connection.orders
  id = "orders-db"
}
