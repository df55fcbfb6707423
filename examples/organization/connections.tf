# Five kinds of targets, one agent close to them.

resource "hoop_agent" "office" {
  name = "office"
}

locals {
  targets = {
    orders    = { type = "database", subtype = "postgres", host = "orders.internal", port = 5432, team = "payments" }
    billing   = { type = "database", subtype = "mysql", host = "billing.internal", port = 3306, team = "payments" }
    warehouse = { type = "database", subtype = "mssql", host = "warehouse.internal", port = 1433, team = "data" }
    bastion   = { type = "application", subtype = "ssh", host = "bastion.internal", port = 22, team = "platform" }
    wiki      = { type = "application", subtype = "tcp", host = "wiki.internal", port = 443, team = "platform" }
  }
}

resource "hoop_connection" "target" {
  for_each = local.targets

  name     = each.key
  type     = each.value.type
  subtype  = each.value.subtype
  agent_id = hoop_agent.office.id
  tags     = { team = each.value.team }

  secrets = {
    "envvar:HOST" = each.value.host
    "envvar:PORT" = tostring(each.value.port)
    "envvar:USER" = "hoop"
  }
  secrets_wo         = { "envvar:PASS" = var.passwords[each.key] }
  secrets_wo_version = var.passwords_version
}

locals {
  databases = [for name, target in local.targets : name if target.type == "database"]
}
