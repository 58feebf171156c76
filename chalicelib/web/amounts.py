"""Amounts as people write them: « 1 000,50 € », « 1000.5 », « 100 »."""

import re

_AMOUNT = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?")
_BETWEEN = re.compile(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}€]")


def read_cents(text: str) -> int | None:
    """Return the amount in cents, None if the text is none."""
    match = _AMOUNT.fullmatch(_BETWEEN.sub("", text))
    if match is None:
        return None
    whole, part = match.groups()
    return int(whole) * 100 + int((part or "").ljust(2, "0"))
