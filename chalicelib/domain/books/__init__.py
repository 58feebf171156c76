"""The books: documents, allocation, the journal in double entry, its chart and its verification."""
