"""Rows of what left for the school's own accounting."""
