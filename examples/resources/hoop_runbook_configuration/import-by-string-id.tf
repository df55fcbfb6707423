import {
  to = hoop_runbook_configuration.operations
  id = "https://github.com/example/runbooks"
}
