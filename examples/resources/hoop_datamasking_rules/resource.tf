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

resource "hoop_datamasking_rules" "contact" {
  name            = "customer-numbers"
  description     = "Customer numbers"
  score_threshold = 0.6
  connection_ids  = [hoop_connection.orders.id]

  # A gateway without a license accepts one supported or one custom entity type.
  custom_entity_types = [
    {
      name  = "CUSTOMER_NUMBER"
      regex = "C-[0-9]{8}"
      score = 0.9
    },
  ]
}
