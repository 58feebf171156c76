"""The words of what is sent to the programs of others."""
