"""What accounting does with money, as JSON operations."""
