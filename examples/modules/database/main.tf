# A database: the host, a connection for each of its users, who approves access, and what is masked.

locals {
  default_ports = { postgres = 5432, mysql = 3306, mssql = 1433 }
  port          = coalesce(var.target.port, local.default_ports[var.target.engine])
  reviewed      = var.approvals == null ? toset([]) : coalesce(var.approvals.roles, toset(keys(var.roles)))
}

data "hoop_agent" "this" {
  name = var.target.agent
}

# What all roles share is on the resource, so that a host is moved in one place.
resource "hoop_resource" "this" {
  name     = var.name
  type     = "database"
  subtype  = var.target.engine
  agent_id = data.hoop_agent.this.id

  env_vars = {
    "envvar:HOST" = var.target.host
    "envvar:PORT" = tostring(local.port)
    "envvar:DB"   = var.target.database
  }
}

resource "hoop_connection" "role" {
  for_each = var.roles

  name          = "${var.name}-${each.key}"
  resource_name = hoop_resource.this.name
  type          = "database"
  subtype       = var.target.engine
  agent_id      = data.hoop_agent.this.id
  tags          = var.tags

  access_mode_connect = each.value.interactive ? "enabled" : "disabled"

  secrets            = { "envvar:USER" = each.value.user }
  secrets_wo         = { "envvar:PASS" = each.value.password }
  secrets_wo_version = each.value.password_version
}

resource "hoop_access_request_rule" "this" {
  count = var.approvals == null ? 0 : 1

  name        = "${var.name}-access"
  description = "Access to the database ${var.name}"
  access_type = "jit"

  connection_names    = [for role in local.reviewed : hoop_connection.role[role].name]
  reviewers_groups    = var.approvals.reviewers
  min_approvals       = var.approvals.minimum
  access_max_duration = var.approvals.max_hours * 3600
}

resource "hoop_datamasking_rules" "this" {
  count = length(var.masking) == 0 ? 0 : 1

  name           = "${var.name}-masking"
  description    = "What the database ${var.name} does not show"
  connection_ids = [for connection in hoop_connection.role : connection.id]

  supported_entity_types = [
    {
      name         = "MASKED"
      entity_types = sort(var.masking)
    },
  ]
}
