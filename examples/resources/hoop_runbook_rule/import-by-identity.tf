import {
  to = hoop_runbook_rule.restart
  identity = {
    id = "8ffafd2a-bee0-586d-bac6-ae01a534e23a"
  }
}
