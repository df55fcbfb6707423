# The import ID is the name or the id of the connection.
terraform import hoop_connection.orders orders-db
