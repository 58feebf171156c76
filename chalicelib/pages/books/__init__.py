"""Accounting's desks of the school's books: statements, slips, balances, periods, exports."""
