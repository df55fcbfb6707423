# The import ID is the id of the connection, or its product and name: payments/orders-db.
terraform import lerian_reporter_connection.orders 019996b8-f3d1-7d2b-a192-6e91464d82fc
