# The import ID is always `org`.
terraform import hoop_org_protection_profile.this org
