import {
  to = hoop_org_agent_key.this
  id = "org"
}
