# Without a gateway: the provider only checks the configuration, and Terraform invents what a gateway would return.

mock_provider "hoop" {}

variables {
  name   = "orders"
  target = { host = "orders.internal", database = "orders" }
  roles = {
    readonly = { user = "reader", password = "_aws:orders:readonly" }
    admin    = { user = "admin", password = "_aws:orders:admin", interactive = false }
  }
}

run "plain_database" {
  assert {
    condition     = { for role, connection in output.connections : role => connection.name } == { readonly = "orders-readonly", admin = "orders-admin" }
    error_message = "There is a connection for each role."
  }

  assert {
    condition     = hoop_resource.this.env_vars["envvar:PORT"] == "5432"
    error_message = "The port of the engine is the default."
  }

  assert {
    condition     = hoop_connection.role["admin"].access_mode_connect == "disabled"
    error_message = "A role that is not interactive has no native clients."
  }

  assert {
    condition     = output.access_request_rule == null && output.masking_rule == null
    error_message = "Nothing is reviewed or masked unless it is asked for."
  }
}

run "approvals_and_masking" {
  variables {
    target    = { engine = "mysql", host = "orders.internal", port = 3307, database = "orders" }
    approvals = { reviewers = ["dba"], roles = ["admin"] }
    masking   = ["PHONE_NUMBER", "EMAIL_ADDRESS"]
    tags      = { team = "payments" }
  }

  assert {
    condition     = hoop_resource.this.env_vars["envvar:PORT"] == "3307"
    error_message = "A port that is given is used."
  }

  assert {
    condition     = toset(hoop_access_request_rule.this[0].connection_names) == toset(["orders-admin"])
    error_message = "Only the roles that are named need an approval."
  }

  assert {
    condition     = toset(hoop_datamasking_rules.this[0].connection_ids) == toset([for it in hoop_connection.role : it.id])
    error_message = "Every role is masked."
  }
}

run "unknown_engine" {
  command = plan

  variables {
    target = { engine = "dbase", host = "orders.internal", database = "orders" }
  }

  expect_failures = [var.target]
}

run "approvals_of_a_role_that_there_is_not" {
  command = plan

  variables {
    approvals = { reviewers = ["dba"], roles = ["owner"] }
  }

  expect_failures = [var.approvals]
}
