"""The school's money at its bank: what no student owns and every student's money passes through."""
