import {
  to = hoop_ai_agent.support
  id = "8ffafd2a-bee0-586d-bac6-ae01a534e23a"
}
