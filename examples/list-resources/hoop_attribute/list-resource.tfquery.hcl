# The attributes with `pci` in their name.
list "hoop_attribute" "pci" {
  provider = hoop

  config {
    search = "pci"
  }
}
