import {
  to = hoop_user.ada
  identity = {
    email = "ada@example.com"
  }
}
