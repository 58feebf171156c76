"""Operations on the school's books."""
