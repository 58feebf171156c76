"""The audit trail and its verification."""
