resource "hoop_user" "ada" {
  provider = hoop
  email    = "ada@example.com"
  status   = "active"
}

moved {
  from = hoop_user.ada_before
  to   = hoop_user.ada
}
