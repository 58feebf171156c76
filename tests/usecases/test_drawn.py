import re

from chalicelib.domain.programs.service_key import PREFIX, key_id_of
from chalicelib.usecases.drawn import drawn_by

SESSION = "the token of a session"
WORDS = ("a form", "link", 30000, None)


def test_same_words_draw_the_same_in_one_session_alone() -> None:
    drawn = drawn_by(SESSION, *WORDS)
    assert drawn == drawn_by(SESSION, *WORDS)
    others = [drawn_by("another", *WORDS), drawn_by(SESSION, *WORDS[1:]), drawn_by(SESSION, "a", "form")]
    assert len({each.id for each in (drawn, *others)}) == 4
    assert len({each.token for each in (drawn, *others)}) == 4


def test_it_has_the_form_of_any_id_and_token() -> None:
    drawn = drawn_by(SESSION, *WORDS)
    assert re.fullmatch(r"[0-9a-f]{16}", drawn.id)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", drawn.token)
    assert key_id_of(f"{PREFIX}test_{drawn.id}{drawn.token}") == drawn.id
    assert drawn.token not in repr(drawn)
