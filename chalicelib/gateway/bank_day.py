"""The gateway's own day of an operation, as its messages tell it: None if they do not, or not legibly.

The manuals disagree on the form of W (paybox.md 2) and do not give that of REMISE, so both are read
tolerantly, and no rule but the display depends on them.
"""

import re
from datetime import date


def processing_day(text: str) -> date | None:
    """Return the day of variable W, JJMMAAAA or AAAAMMJJ.

    No text is a day of this century in both forms: 20 is no month.
    """
    if not re.fullmatch(r"[0-9]{8}", text):
        return None
    return _this_century(text[4:], text[2:4], text[:2]) or _this_century(text[:4], text[4:6], text[6:])


def remittance_day(text: str) -> date | None:
    """Return the day with which the number of a remittance (REMISE) begins, AAMMJJ, if it does."""
    if not re.fullmatch(r"[0-9]{6,12}", text):
        return None
    return _this_century(f"20{text[:2]}", text[2:4], text[4:6])


def _this_century(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if year.startswith("20") else None
