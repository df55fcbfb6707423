import {
  to = lerian_reporter_connection.orders
  identity = {
    id = "019996b8-f3d1-7d2b-a192-6e91464d82fc"
  }
}
