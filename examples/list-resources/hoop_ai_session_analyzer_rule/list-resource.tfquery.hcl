# The rules that apply to one connection.
list "hoop_ai_session_analyzer_rule" "orders" {
  provider = hoop

  config {
    connection_name = "orders"
  }
}
