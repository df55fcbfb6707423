import {
  to = hoop_resource.orders
  identity = {
    name = "orders"
  }
}
