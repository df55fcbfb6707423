terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

# Look up by name.
data "hoop_feature_flag" "rulepacks" {
  name = "experimental.rulepacks"
}

output "rulepacks_enabled" {
  value = data.hoop_feature_flag.rulepacks.enabled
}
