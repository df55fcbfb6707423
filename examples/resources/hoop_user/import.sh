# The import ID is the e-mail address or the id of the user.
terraform import hoop_user.ada ada@example.com
