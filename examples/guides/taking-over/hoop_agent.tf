resource "hoop_agent" "office" {
  name = "office"
  mode = "standard"
}
