import {
  to = hoop_service_account.ci
  id = "0oa1ci2example"
}
