"""Types of what people type: reasons, references and days, the same in every form and operation."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from chalicelib.domain.printable import without_unseen
from chalicelib.web.schemas.models import mistake

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _seen(text: Any) -> Any:
    """Return a text as it is seen, a new line as LF; anything else as it is, for the type to refuse."""
    return without_unseen(text).replace("\r\n", "\n") if isinstance(text, str) else text


def _written_day(given: Any) -> Any:
    """Return a day; raise for a number or a moment, which pydantic would read as a day too."""
    if isinstance(given, date) or (isinstance(given, str) and _DAY.fullmatch(given)):
        return given
    raise mistake("day")


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
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
Short = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
Day = Annotated[date, Field(strict=False), BeforeValidator(_written_day)]
