# The import ID is the id or the name of the AI agent. Its key is null after an import.
terraform import hoop_ai_agent.support 8ffafd2a-bee0-586d-bac6-ae01a534e23a
