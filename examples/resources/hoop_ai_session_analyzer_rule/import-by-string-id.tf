import {
  to = hoop_ai_session_analyzer_rule.orders
  id = "orders-risk"
}
