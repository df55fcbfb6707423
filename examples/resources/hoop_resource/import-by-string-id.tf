import {
  to = hoop_resource.orders
  id = "orders"
}
