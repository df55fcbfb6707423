# The import ID is the subject of the service account.
terraform import hoop_service_account.ci 0oa1ci2example
