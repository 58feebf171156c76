"""The school's books, as JSON operations: statements, slips, balances, periods, exports."""
