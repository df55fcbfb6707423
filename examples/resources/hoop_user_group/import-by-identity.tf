import {
  to = hoop_user_group.on_call
  identity = {
    name = "on-call"
  }
}
