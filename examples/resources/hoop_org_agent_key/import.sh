# The import ID is always "org".
terraform import hoop_org_agent_key.this org
