# The import ID is always `org`.
terraform import hoop_org_license.this org
