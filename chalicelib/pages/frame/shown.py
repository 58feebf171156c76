"""Which pages there are to come back to."""

SHOWN: set[str] = set()
"""The paths of all pages that can be shown by GET."""
