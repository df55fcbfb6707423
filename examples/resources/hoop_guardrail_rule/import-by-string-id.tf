import {
  to = hoop_guardrail_rule.no_truncate
  id = "8ffafd2a-bee0-586d-bac6-ae01a534e23a"
}
