resource "hoop_runbook_configuration" "operations" {
  git_url = "https://github.com/example/runbooks"
}

resource "hoop_runbook_rule" "restart" {
  name        = "restart-workers"
  description = "Support may restart the workers of the order database"
  connections = [hoop_connection.target["orders"].name]
  user_groups = ["support"]

  runbooks = [
    {
      name       = "workers/restart.runbook.sql"
      repository = hoop_runbook_configuration.operations.repository
    },
  ]
}
