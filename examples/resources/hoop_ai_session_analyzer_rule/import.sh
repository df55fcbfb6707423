# The import ID is the name of the rule.
terraform import hoop_ai_session_analyzer_rule.orders orders-risk
