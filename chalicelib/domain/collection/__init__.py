"""Money that accounting receives itself, money that the bank takes back, and reminders of what is late."""
