"""Events for the programs of others: what happened to a registration and its money, in order."""
