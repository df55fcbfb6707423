terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

resource "hoop_runbook_configuration" "operations" {
  git_url      = "https://github.com/example/runbooks"
  git_user     = "hoop"
  git_hook_ttl = 300

  git_password_wo         = "example-token"
  git_password_wo_version = 1
}
