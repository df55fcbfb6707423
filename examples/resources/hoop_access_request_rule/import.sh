# The import ID is the name of the rule.
terraform import hoop_access_request_rule.orders orders-approval
