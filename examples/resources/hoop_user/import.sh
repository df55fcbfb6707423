# By the e-mail address, or by the id.
terraform import hoop_user.ada ada@example.com
