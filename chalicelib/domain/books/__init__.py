"""The books: the chart of accounts, the journal in double entry, and its verification."""
