# The import ID is the id or the SPIFFE ID of the mapping.
terraform import hoop_spiffe_mapping.payments 8ffafd2a-bee0-586d-bac6-ae01a534e23a
