import pytest

from chalicelib.invoicing.legible import LONGEST_WORD, legible


def test_only_texts_change() -> None:
    assert legible({"a b": [" x\ny ", 3, None]}) == {"a b": ["x y", 3, None]}


@pytest.mark.parametrize(
    "text", ["3\u00a0770,00\u00a0€", "professionnalisation", "Villeneuve-Saint-Georges-sur-Mer"]
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert legible(text) == text


def test_endless_word_may_break() -> None:
    word = "x" * (2 * LONGEST_WORD + 1)
    assert legible(word) == "\u200b".join(("x" * LONGEST_WORD, "x" * LONGEST_WORD, "x"))


def test_joiners_of_persian_stay() -> None:
    assert legible("می\u200cخواهم") == "می\u200cخواهم"
