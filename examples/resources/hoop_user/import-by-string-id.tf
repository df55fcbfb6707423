import {
  to = hoop_user.ada
  id = "ada@example.com"
}
