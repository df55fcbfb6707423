resource "hoop_connection" "orders" {
  name                 = "orders"
  type                 = "database"
  subtype              = "postgres"
  agent_id             = hoop_agent.office.id
  access_mode_runbooks = "enabled"
  access_mode_exec     = "enabled"
  access_mode_connect  = "disabled"
  access_schema        = "enabled"
  command              = ["psql", "-h", "$HOST"]
  tags = {
    team = "payments"
  }
  reviewers       = [hoop_user_group.dba.name]
  guardrail_rules = [hoop_guardrail_rule.no_truncate.id]
  resource_name   = "orders"
}
