import {
  to = hoop_service_account.ci
  identity = {
    subject = "0oa1ci2example"
  }
}
