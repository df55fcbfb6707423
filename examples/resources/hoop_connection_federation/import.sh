# The import ID is the name of the connection.
terraform import hoop_connection_federation.warehouse warehouse
