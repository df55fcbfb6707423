# By its name, or by its id. The token is not known afterwards.
terraform import hoop_agent.eu eu-west-1
