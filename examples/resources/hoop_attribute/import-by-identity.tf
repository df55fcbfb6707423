import {
  to = hoop_attribute.pci
  identity = {
    name = "pci"
  }
}
