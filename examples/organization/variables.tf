# What changes from time to time. Everything else is in the file of its topic.

variable "people" {
  description = "Everybody who works here, and their groups, by e-mail address."
  type        = map(object({ name = string, groups = set(string) }))
  default = {
    "ada@example.com"    = { name = "Ada Lovelace", groups = ["dba", "engineering"] }
    "grace@example.com"  = { name = "Grace Hopper", groups = ["engineering", "support"] }
    "edsger@example.com" = { name = "Edsger Dijkstra", groups = ["support"] }
  }
}

variable "approval_hours" {
  description = "How long approved access lasts at most, in hours."
  type        = number
  default     = 4
}

variable "masked" {
  description = "The kind of data that nobody sees."
  type        = string
  default     = "EMAIL_ADDRESS"
}

variable "passwords" {
  description = "Passwords of the targets, or references to them that the agent resolves."
  type        = map(string)
  sensitive   = true
  ephemeral   = true
  default = {
    orders    = "_aws:orders:password"
    billing   = "_aws:billing:password"
    warehouse = "_aws:warehouse:password"
    bastion   = "_aws:bastion:password"
    wiki      = "_aws:wiki:token"
  }
}

# Change it whenever a password changes.
variable "passwords_version" {
  type    = string
  default = "1"
}

variable "jira_api_token" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = "an-example"
}
