"""For the programs of others: keys to read with."""
