locals {
  groups = toset(flatten([for person in var.people : person.groups]))
}

resource "hoop_user_group" "group" {
  for_each = setunion(local.groups, ["dba", "engineering", "machines", "support"])

  name = each.key
}

resource "hoop_user" "person" {
  for_each = var.people

  email  = each.key
  name   = each.value.name
  status = "active"
  groups = [for group in each.value.groups : hoop_user_group.group[group].name]
}
