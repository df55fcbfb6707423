# By its name.
terraform import hoop_resource.orders orders
