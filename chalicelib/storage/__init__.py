"""State in DynamoDB: one table, whose keys and access patterns are drawn in `docs/storage.md`."""
