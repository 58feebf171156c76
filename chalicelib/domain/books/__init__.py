"""The books: documents drawn, money allocated, the journal in double entry, its chart and its verification."""
