"""The school's books, as JSON operations."""
