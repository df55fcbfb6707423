variable "name" {
  description = "Name of the database. The connections are called NAME-ROLE."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]+(-[a-z0-9]+)*$", var.name))
    error_message = "The name must consist of lowercase letters and digits, with single hyphens between them."
  }
}

variable "target" {
  description = "Where the database is, and the name of the agent that reaches it."
  type = object({
    engine   = optional(string, "postgres")
    host     = string
    port     = optional(number)
    database = string
    agent    = optional(string, "default")
  })

  validation {
    condition     = contains(["postgres", "mysql", "mssql"], var.target.engine)
    error_message = "The engine must be postgres, mysql or mssql."
  }
}

variable "roles" {
  description = <<-EOT
    The users of the database by role. Each becomes a connection. The password is text or a reference such as
    `_aws:orders:readonly`; it is not stored in the state, so change `password_version` whenever it changes.
  EOT
  type = map(object({
    user             = string
    password         = string
    password_version = optional(string, "1")
    interactive      = optional(bool, true)
  }))

  validation {
    condition     = length(var.roles) > 0
    error_message = "A database without a role has no connection."
  }
}

variable "approvals" {
  description = <<-EOT
    Which groups approve access to which roles, and for how many hours at most. All roles need an approval if `roles` is
    not set, and none if this is null.
  EOT
  type = object({
    reviewers = set(string)
    roles     = optional(set(string))
    minimum   = optional(number, 1)
    max_hours = optional(number, 4)
  })
  default = null

  validation {
    condition     = try(length(setsubtract(var.approvals.roles, keys(var.roles))) == 0, true)
    error_message = "The roles of the approvals must be keys of `roles`."
  }
}

variable "masking" {
  description = "Kinds of data that are masked in every answer, for example EMAIL_ADDRESS. Nothing is masked if it is empty."
  type        = set(string)
  default     = []
}

variable "tags" {
  description = "Tags of every connection."
  type        = map(string)
  default     = {}
}
