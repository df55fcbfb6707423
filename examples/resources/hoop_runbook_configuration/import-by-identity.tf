import {
  to = hoop_runbook_configuration.operations
  identity = {
    git_url = "https://github.com/example/runbooks"
  }
}
