import {
  to = hoop_org_analytics_mode.this
  identity = {
    id = "org"
  }
}
