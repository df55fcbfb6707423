resource "hoop_user_group" "dba" {
  name = "dba"
}
