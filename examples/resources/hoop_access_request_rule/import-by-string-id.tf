import {
  to = hoop_access_request_rule.orders
  id = "orders-approval"
}
