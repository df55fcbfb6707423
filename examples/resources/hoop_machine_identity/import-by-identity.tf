import {
  to = hoop_machine_identity.crawler
  identity = {
    name = "crawler"
  }
}
