terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_rulepacks" "security" {
  search = "security"
}

output "rulepacks" {
  value = data.hoop_rulepacks.security.rulepacks[*].display_name
}
