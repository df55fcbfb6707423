# The import ID is the name or the id of the agent. The token is null after an import.
terraform import hoop_agent.eu eu-west-1
