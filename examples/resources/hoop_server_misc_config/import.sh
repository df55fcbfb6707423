# The import ID is always `server`.
terraform import hoop_server_misc_config.this server
