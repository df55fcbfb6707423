terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_agent" "default" {
  name = "default"
}

resource "hoop_connection" "orders" {
  name     = "orders-db"
  type     = "database"
  subtype  = "postgres"
  agent_id = data.hoop_agent.default.id
}

resource "hoop_guardrail_rule" "no_truncate" {
  name           = "no-truncate"
  description    = "Nobody empties a table."
  connection_ids = [hoop_connection.orders.id]

  # A gateway without a license accepts one rule for each direction.
  input = {
    rules = [
      {
        type    = "deny_words_list"
        words   = ["TRUNCATE"]
        message = "Ask the database team to empty a table."
      },
    ]
  }
}
