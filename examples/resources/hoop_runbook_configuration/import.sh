# The import ID is the URL of the repository.
terraform import hoop_runbook_configuration.operations https://github.com/example/runbooks
