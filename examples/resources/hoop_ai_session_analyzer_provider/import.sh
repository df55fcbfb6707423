# A gateway has one provider, and its import ID is always `org`.
terraform import hoop_ai_session_analyzer_provider.model org
