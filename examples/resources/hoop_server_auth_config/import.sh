# The import ID is always `server`.
terraform import hoop_server_auth_config.this server
