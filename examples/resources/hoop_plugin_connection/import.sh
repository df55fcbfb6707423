# The import ID is the name of the plugin and the id of the connection.
terraform import hoop_plugin_connection.orders slack/8ffafd2a-bee0-586d-bac6-ae01a534e23a
