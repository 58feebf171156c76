"""Bank statements: imported, and their lines explained one after the other."""
