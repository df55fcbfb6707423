# Against a gateway, which HOOP_APIURL and HOOP_APIKEY name: everything is created, changed and destroyed again.

variables {
  name   = "module-test"
  target = { host = "orders.internal", database = "orders" }
  roles = {
    readonly = { user = "reader", password = "_aws:orders:readonly" }
    admin    = { user = "admin", password = "_aws:orders:admin", interactive = false }
  }
  masking = ["EMAIL_ADDRESS"]
}

run "create" {
  assert {
    condition     = alltrue([for connection in output.connections : can(regex("^[0-9a-f-]{36}$", connection.id))])
    error_message = "The gateway has assigned identifiers."
  }

  assert {
    condition     = hoop_connection.role["readonly"].command[0] == "psql"
    error_message = "The gateway has chosen the command of the engine."
  }

  assert {
    condition     = toset(hoop_datamasking_rules.this[0].connection_ids) == toset([for it in output.connections : it.id])
    error_message = "Every role is masked."
  }
}

run "change" {
  variables {
    approvals = { reviewers = ["dba"], roles = ["admin"] }
    masking   = []
    tags      = { team = "payments" }
  }

  assert {
    condition     = output.connections == run.create.connections
    error_message = "A change keeps the connections."
  }

  assert {
    condition     = output.access_request_rule == "module-test-access" && output.masking_rule == null
    error_message = "Approvals come, masking goes."
  }
}
