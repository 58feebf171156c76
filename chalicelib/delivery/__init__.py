"""Delivery after a commit: queue messages and mails."""
