"""For the programs of others: keys to read with, and the addresses that events are sent to."""
