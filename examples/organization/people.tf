resource "hoop_user" "person" {
  for_each = var.people

  email  = each.key
  name   = each.value.name
  status = "active"
  groups = each.value.groups
}
