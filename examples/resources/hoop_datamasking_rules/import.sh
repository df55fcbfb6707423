# The import ID is the id of the rule.
terraform import hoop_datamasking_rules.contact 8ffafd2a-bee0-586d-bac6-ae01a534e23a
