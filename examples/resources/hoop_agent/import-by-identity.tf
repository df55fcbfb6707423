import {
  to = hoop_agent.eu
  identity = {
    name = "eu-west-1"
  }
}
