terraform {
  required_providers {
    lerian = {
      source = "lerianstudio/lerian"
    }
  }
}

variable "connection_id" {
  type        = string
  description = "Identifier of a connection that was created before the manager had products."
}

# terraform apply -invoke=action.lerian_reporter_connection_assign.legacy -var connection_id=…
action "lerian_reporter_connection_assign" "legacy" {
  config {
    connection_id = var.connection_id
    product_name  = "payments"
  }
}
