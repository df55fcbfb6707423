import {
  to = hoop_org_protection_profile.this
  id = "org"
}
