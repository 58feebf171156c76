"""Menu 1: the situation that a student declares, and the evidence of it."""
