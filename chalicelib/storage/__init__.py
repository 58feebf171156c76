"""Storage in DynamoDB: one table; its keys and access patterns are drawn in `docs/storage.md`."""
