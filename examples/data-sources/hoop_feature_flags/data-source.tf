terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_feature_flags" "all" {}

output "switched_flags" {
  value = [for flag in data.hoop_feature_flags.all.flags : flag.name if flag.enabled != flag.default]
}
