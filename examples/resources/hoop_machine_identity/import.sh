# The import ID is the name of the machine identity.
terraform import hoop_machine_identity.crawler crawler
