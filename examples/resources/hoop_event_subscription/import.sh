# The import ID is the id of the subscription.
terraform import hoop_event_subscription.alert 8ffafd2a-bee0-586d-bac6-ae01a534e23a
