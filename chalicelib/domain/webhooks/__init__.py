"""Events out by Standard Webhooks: endpoints of other systems, and the deliveries to them."""
