"""Types of what people type: reasons, references and days, the same in every form and operation."""

import re
import unicodedata
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

JOINERS = "\u200c\u200d"
"""Format characters that Persian, Hindi and emoji need between letters."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _seen(text: Any) -> Any:
    """Return a text without the characters that hide or turn what stands beside them, a new line as LF.

    A text of joiners alone is empty. Anything but a text is returned as it is, for the type to refuse.
    """
    if not isinstance(text, str):
        return text
    kept = (each for each in text if each in JOINERS or unicodedata.category(each) != "Cf")
    shown = "".join(kept).replace("\r\n", "\n")
    return shown if shown.strip(f"{JOINERS} \t\n") else ""


def _written_day(given: Any) -> Any:
    """Return a day; raise for a number or a moment, which pydantic would read as a day too."""
    if isinstance(given, date) or (isinstance(given, str) and _DAY.fullmatch(given)):
        return given
    raise ValueError("a day is written YYYY-MM-DD")


Reason = Annotated[
    str,
    StringConstraints(max_length=500, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"),
    BeforeValidator(_seen),
]
Line = Annotated[
    str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$"), BeforeValidator(_seen)
]
GivenLine = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$"),
    BeforeValidator(_seen),
]
Day = Annotated[date, Field(strict=False), BeforeValidator(_written_day)]
