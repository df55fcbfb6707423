import {
  to = hoop_user_group.on_call
  id = "on-call"
}
