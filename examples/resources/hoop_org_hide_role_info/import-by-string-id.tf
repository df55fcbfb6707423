import {
  to = hoop_org_hide_role_info.this
  id = "org"
}
