"""The French form of days, moments, rates and sentences, in Paris time."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from chalicelib.domain.calendar import PARIS


def day(value: date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else "–"


def moment(value: datetime) -> str:
    return f"{value.astimezone(PARIS):%d/%m/%Y à %H:%M}"


def last_minute(closes_at: datetime) -> str:
    """Write the last minute before an end.

    A window that closes on the 23rd at 00:00 is open on the 22nd at 23:59.
    """
    return moment(closes_at - timedelta(minutes=1))


def percent(rate: Decimal) -> str:
    return f"{rate:.2f}".replace(".", ",") + "\N{NO-BREAK SPACE}%"


def typeset(sentence: str) -> str:
    """Use non-breaking spaces, so that a punctuation mark stays on the line of its word."""
    return re.sub(r" (?=[:;?!»€])|(?<=«) ", "\N{NO-BREAK SPACE}", sentence)
