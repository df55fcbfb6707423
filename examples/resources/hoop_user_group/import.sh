# The import ID is the name of the group.
terraform import hoop_user_group.on_call on-call
