import {
  to = hoop_spiffe_mapping.payments
  id = "8ffafd2a-bee0-586d-bac6-ae01a534e23a"
}
