# The import ID is the name of the plugin.
terraform import hoop_plugin_config.slack slack
