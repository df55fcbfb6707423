module "orders" {
  source = "./modules/database"

  name   = "orders"
  target = { host = "orders.internal", database = "orders" }

  roles = {
    readonly = { user = "reader", password = "_aws:orders:readonly" }
    admin    = { user = "admin", password = "_aws:orders:admin", interactive = false }
  }

  approvals = { reviewers = ["dba"], roles = ["admin"] }
  masking   = ["EMAIL_ADDRESS"]
  tags      = { team = "payments" }
}
