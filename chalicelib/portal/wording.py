"""The form of days, moments and rates, in Paris time."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from chalicelib.domain import languages
from chalicelib.domain.languages import Language


def day(value: date | None, language: Language = Language.FR) -> str:
    return languages.day(value, language) if value else "–"


def moment(value: datetime, language: Language = Language.FR) -> str:
    return languages.moment(value, language)


def last_minute(closes_at: datetime, language: Language = Language.FR) -> str:
    """Write the last minute before an end.

    A window that closes on the 23rd at 00:00 is open on the 22nd at 23:59.
    """
    return moment(closes_at - timedelta(minutes=1), language)


def percent(rate: Decimal, language: Language = Language.FR) -> str:
    if language is Language.FR:
        return f"{rate:.2f}".replace(".", ",") + "\N{NO-BREAK SPACE}%"
    return f"{rate:.2f}%"
