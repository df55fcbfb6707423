# The import ID is the id of the template.
terraform import hoop_jira_issue_template.access 8ffafd2a-bee0-586d-bac6-ae01a534e23a
