import {
  to = hoop_agent.eu
  id = "eu-west-1"
}
