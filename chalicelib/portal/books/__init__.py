"""Words of the pages of the school's books."""
