"""Pages of the school's books."""
