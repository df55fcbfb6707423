terraform {
  # Write-only arguments, and `mock_provider` in tests.
  required_version = ">= 1.11"

  required_providers {
    hoop = {
      source = "hoophq/hoop"
    }
  }
}
