import {
  to = hoop_ai_session_analyzer_rule.orders
  identity = {
    name = "orders-risk"
  }
}
