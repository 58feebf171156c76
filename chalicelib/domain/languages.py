"""The languages of Quittance, and the form of amounts, days and moments (in Paris) in each."""

from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.calendar import PARIS
from chalicelib.domain.money import euros


class Language(StrEnum):
    FR = "fr"
    EN = "en"


def amount(cents: int, language: Language) -> str:
    """Write 377000 cents as "3 770,00 €" or "€3,770.00"."""
    if language is Language.FR:
        return euros(cents)
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}€{whole:,}.{rest:02d}"


def day(value: date, language: Language) -> str:
    """Write a day as "05/09/2022" or "5 September 2022": English dates in figures are ambiguous."""
    return f"{value:%d/%m/%Y}" if language is Language.FR else f"{value.day} {value:%B} {value.year}"


def moment(value: datetime, language: Language) -> str:
    local = value.astimezone(PARIS)
    at = "à" if language is Language.FR else "at"
    return f"{day(local, language)} {at} {local:%H:%M}"
