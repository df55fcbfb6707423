import {
  to = hoop_access_request_rule.orders
  identity = {
    name = "orders-approval"
  }
}
