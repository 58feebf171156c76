"""Words of the books, and their lists as files for a French spreadsheet."""
