import {
  to = hoop_attribute.pci
  id = "pci"
}
