"""Campaigns as data of the running system: their versions, what a new one changes, who is exempt."""
