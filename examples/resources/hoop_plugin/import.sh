# By its name.
terraform import hoop_plugin.access_control access_control
