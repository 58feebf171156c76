"""What leaves for the school's own accounting, and what comes back of it."""
