import {
  to = hoop_machine_identity.crawler
  id = "crawler"
}
