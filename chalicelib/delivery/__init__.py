"""What leaves the house after a change is committed: queue messages and mails."""
