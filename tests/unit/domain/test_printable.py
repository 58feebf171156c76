"""The letters that the documents' fonts hold."""

from chalicelib.domain.printable import _spans, hidden_in, is_printable, unprintable


def test_ranges_are_in_order_and_do_not_overlap() -> None:
    """A letter is looked for by halving; the ranges are read anew here, as a process reads them once."""
    firsts, lasts = _spans.__wrapped__()
    assert all(first <= last for first, last in zip(firsts, lasts, strict=True))
    assert all(last < first for last, first in zip(lasts, firsts[1:], strict=False))


def test_letters_of_names_are_printable_and_a_picture_is_not() -> None:
    assert unprintable("Éloïse Ærø-Łódź") == []
    assert unprintable("A\N{GRINNING FACE}B\N{GRINNING FACE}") == ["\N{GRINNING FACE}"]
    assert not is_printable("\x00")


def test_what_turns_or_hides_a_text_is_found_and_what_letters_need_is_not() -> None:
    assert hidden_in("Droits\u202e 00,106") == "\u202e"
    assert hidden_in("a\tb") == "\t"
    assert hidden_in("Éloïse – 1\u00a0000\u202f€\n\N{WOMAN}\u200d\N{ROCKET}") == ""
