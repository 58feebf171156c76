"""The day as at which figures are asked for, and their refusals.

QuittanceError
├── BalanceTooLong
└── DayToCome
"""

from datetime import date

from chalicelib.domain.errors import QuittanceError


class DayToCome(QuittanceError):
    """Figures are of an evening that has been, of `today` at the latest."""

    code = "day_to_come"
    today: date


class BalanceTooLong(QuittanceError):
    """The accounts of so many debtors, `people`, cannot be read within one request."""

    code = "balance_too_long"
    people: int


def evening(asked: date | None, today: date) -> date:
    """Return the Paris day at the end of which figures are read, today's by default; raise `DayToCome`."""
    if asked and asked > today:
        raise DayToCome(today)
    return asked or today
