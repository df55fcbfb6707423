# The import ID is always `org`: an organization has one integration.
terraform import hoop_jira_integration.jira org
