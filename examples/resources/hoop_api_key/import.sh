# The import ID is the id or the name of the key. The key itself is null after an import.
terraform import hoop_api_key.reports 8ffafd2a-bee0-586d-bac6-ae01a534e23a
