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

# Neither the gateway nor the state contains these secrets: the agent reads them from Vault when a session begins.
resource "hoop_connection" "orders" {
  name     = "orders-db"
  type     = "database"
  subtype  = "postgres"
  agent_id = data.hoop_agent.default.id

  secrets = {
    "envvar:HOST" = "orders.internal"
    "envvar:PORT" = "5432"
    "envvar:USER" = provider::hoop::secret_reference("vaultkv2", "secret/data/orders", "username")
    "envvar:PASS" = provider::hoop::secret_reference("vaultkv2", "secret/data/orders", "password")
    "envvar:DB"   = "orders"
  }
}

# There is no password: the agent requests one for this user from AWS IAM.
resource "hoop_connection" "reports" {
  name     = "reports-db"
  type     = "database"
  subtype  = "postgres"
  agent_id = data.hoop_agent.default.id

  secrets = {
    "envvar:HOST" = "reports.abcdefghijkl.eu-west-1.rds.amazonaws.com"
    "envvar:PORT" = "5432"
    "envvar:USER" = provider::hoop::secret_reference("aws_iam_rds", "hoop", null)
    "envvar:DB"   = "reports"
  }
}
