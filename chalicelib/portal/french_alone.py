"""The templates that have no English yet: their pages are in French whatever the reader asked for."""

FRENCH_ALONE = frozenset({"books/line"})
