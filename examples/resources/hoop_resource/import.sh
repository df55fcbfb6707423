# The import ID is the name of the resource.
terraform import hoop_resource.orders orders
