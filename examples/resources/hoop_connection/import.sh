# By its name, or by the id that the gateway gave it.
terraform import hoop_connection.orders orders-db
