# The import ID is always `org`.
terraform import hoop_org_analytics_mode.this org
