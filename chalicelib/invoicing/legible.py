"""Make people's text printable: one line, no hidden or reordering characters, a font for every letter."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from chalicelib.domain.printable import unprintable

ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
LONGEST_WORD = 20  # of the widest letter, as many as fit the addressee's lines
ENDLESS_WORD = re.compile(rf"[^\s-]{{{LONGEST_WORD + 1},}}")
LAST_LATIN = "\u017f"


def legible(value: Any) -> Any:
    """Clean every text inside lists and dictionaries; return keys and all else unchanged."""
    return _each_text(value, _legible_text)


def in_latin_letters(value: Any) -> Any:
    """Transliterate every text that goes beyond the Latin letters of Europe."""
    return _each_text(value, lambda text: re.sub(r"\S+", _latin_word, text))


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case list():
            return [_each_text(item, change) for item in value]
        case dict():
            return {key: _each_text(item, change) for key, item in value.items()}
        case _:
            return value


def _legible_text(text: str) -> str:
    kept = (letter for letter in unicodedata.normalize("NFC", text) if not _hidden(letter))
    # Only plain spaces and line ends collapse: French amounts hold non-breaking ones.
    one_line = re.sub(r"[\x09-\x0d\x1c-\x20\x85\u2028\u2029]+", " ", "".join(kept)).strip()
    printed = re.sub(r"\S+", _printable_word, one_line)
    return ENDLESS_WORD.sub(_broken, printed)


def _hidden(letter: str) -> bool:
    """Return True for control, direction, private and unassigned characters; PDF/A forbids most of them."""
    return unicodedata.category(letter).startswith("C") and letter not in JOINERS and not letter.isspace()


def _printable_word(word: re.Match[str]) -> str:
    return _transliterated(word[0]) if unprintable(word[0]) else word[0]


def _latin_word(word: re.Match[str]) -> str:
    return _transliterated(word[0]) if max(word[0]) > LAST_LATIN else word[0]


def _transliterated(word: str) -> str:
    """Write a word that no font holds in ASCII; its symbols, such as emoji, are left out."""
    from anyascii import anyascii  # noqa: PLC0415 - few names need it: cold start

    return anyascii("".join(letter for letter in word if not unicodedata.category(letter).startswith("S")))


def _broken(word: re.Match[str]) -> str:
    """Let a word too long for its line break, never beside a mark or a joiner, which belong to a letter."""
    parts = [""]
    for letter in word[0]:
        if len(parts[-1]) >= LONGEST_WORD and not _is_attached(parts[-1][-1]) and not _is_attached(letter):
            parts.append("")
        parts[-1] += letter
    return ZERO_WIDTH_SPACE.join(parts)


def _is_attached(letter: str) -> bool:
    return unicodedata.category(letter).startswith(("M", "C"))
