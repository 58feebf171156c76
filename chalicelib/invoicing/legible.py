"""Make people's text printable: one line, no hidden or reordering characters, no word too long to break."""

import re
import unicodedata
from typing import Any

ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
LONGEST_WORD = 20  # of the widest letter, as many as fit the addressee's lines
ENDLESS_WORD = re.compile(rf"([^\s-]{{{LONGEST_WORD}}})(?=[^\s-])")


def legible(value: Any) -> Any:
    """Clean every text inside lists and dictionaries; return keys and all else unchanged."""
    match value:
        case str():
            return _legible_text(value)
        case list():
            return [legible(item) for item in value]
        case dict():
            return {key: legible(item) for key, item in value.items()}
        case _:
            return value


def _legible_text(text: str) -> str:
    kept = (letter for letter in unicodedata.normalize("NFC", text) if not _hidden(letter))
    # Only plain spaces and line ends collapse: French amounts hold non-breaking ones.
    one_line = re.sub(r"[ \t\r\n\f\v\u2028\u2029]+", " ", "".join(kept)).strip()
    return ENDLESS_WORD.sub(rf"\1{ZERO_WIDTH_SPACE}", one_line)


def _hidden(letter: str) -> bool:
    """Return True for control, direction, private and unassigned characters; PDF/A forbids most of them."""
    return unicodedata.category(letter).startswith("C") and letter not in JOINERS and not letter.isspace()
