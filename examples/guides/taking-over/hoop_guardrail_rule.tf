resource "hoop_guardrail_rule" "no_truncate" {
  name = "no-truncate"
  input = {
    rules = [
      {
        type  = "deny_words_list"
        words = ["DROP", "TRUNCATE"]
      },
    ]
  }
}
