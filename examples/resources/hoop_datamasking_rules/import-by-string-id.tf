import {
  to = hoop_datamasking_rules.contact
  id = "8ffafd2a-bee0-586d-bac6-ae01a534e23a"
}
