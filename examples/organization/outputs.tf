output "agent_token" {
  description = "Start the agent in the office with it. The gateway does not return it again."
  value       = hoop_agent.office.token
  sensitive   = true
}
