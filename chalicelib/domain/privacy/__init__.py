"""Personal data: what is erased on request, and what after its time."""
