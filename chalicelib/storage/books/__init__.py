"""Rows of the school's treasury, which are of no student."""
