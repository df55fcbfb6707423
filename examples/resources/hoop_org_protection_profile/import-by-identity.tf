import {
  to = hoop_org_protection_profile.this
  identity = {
    id = "org"
  }
}
