output "connections" {
  description = "Name and identifier of each connection, by role."
  value       = { for role, connection in hoop_connection.role : role => { name = connection.name, id = connection.id } }
}

output "access_request_rule" {
  description = "Name of the rule for approvals, null if nothing needs one."
  value       = one(hoop_access_request_rule.this[*].name)
}

output "masking_rule" {
  description = "Identifier of the masking rule, null if nothing is masked."
  value       = one(hoop_datamasking_rules.this[*].id)
}
