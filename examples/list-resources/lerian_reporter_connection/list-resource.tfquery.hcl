# The connections of one product.
list "lerian_reporter_connection" "reporter" {
  provider = lerian

  config {
    product_name = "reporter"
  }
}
