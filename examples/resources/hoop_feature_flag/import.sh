# The import ID is the name of the flag.
terraform import hoop_feature_flag.mcp_gateway experimental.mcp_gateway
