"""The pages of the school's books."""
