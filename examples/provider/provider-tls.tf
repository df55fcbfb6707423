terraform {
  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}

provider "hoop" {
  ca_cert_file = "/etc/ssl/company-ca.pem"
}
