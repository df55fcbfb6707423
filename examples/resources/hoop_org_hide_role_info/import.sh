# The import ID is always `org`.
terraform import hoop_org_hide_role_info.this org
