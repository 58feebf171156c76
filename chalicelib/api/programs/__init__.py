"""For the programs of others: events and what they are sent to."""
