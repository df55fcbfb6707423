# The import ID is the id or the name of the rule.
terraform import hoop_guardrail_rule.no_truncate 8ffafd2a-bee0-586d-bac6-ae01a534e23a
