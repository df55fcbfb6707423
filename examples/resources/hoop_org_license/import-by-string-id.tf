import {
  to = hoop_org_license.this
  id = "org"
}
