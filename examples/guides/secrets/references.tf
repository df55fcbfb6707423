data "hoop_agent" "default" {
  name = "default"
}

resource "hoop_connection" "orders" {
  name     = "orders-db"
  type     = "database"
  subtype  = "postgres"
  agent_id = data.hoop_agent.default.id

  secrets = {
    "envvar:HOST" = "orders.internal"
    "envvar:PORT" = "5432"
    "envvar:DB"   = "orders"
    "envvar:USER" = provider::hoop::secret_reference("aws", "orders-db", "username")
    "envvar:PASS" = provider::hoop::secret_reference("aws", "orders-db", "password")
  }
}
