import {
  to = hoop_org_license.this
  identity = {
    id = "org"
  }
}
