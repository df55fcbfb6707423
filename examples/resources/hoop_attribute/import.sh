# The import ID is the name of the attribute.
terraform import hoop_attribute.pci pci
