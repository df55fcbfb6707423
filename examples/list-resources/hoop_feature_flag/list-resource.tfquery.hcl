list "hoop_feature_flag" "all" {
  provider = hoop
}
