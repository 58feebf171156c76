"""Files of the books: the school's own layout, the FEC, control sheets."""
