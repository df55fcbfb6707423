terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

data "hoop_user_info" "me" {
  lifecycle {
    postcondition {
      condition     = self.is_admin
      error_message = "${self.name} is not in the group `admin`."
    }
  }
}
