"""Files of banks: statements in camt.053, CFONB 120 and CSV. The only room with their words."""
