# The import ID is the name of the plugin.
terraform import hoop_plugin.access_control access_control
