"""Refusals of months that cannot be closed, and of days in closed ones.

DecisionNotPossible
├── PeriodBeingClosed
├── PeriodAlreadyClosed
├── PeriodNotEnded
├── PeriodNotNext
└── PeriodClosed           (422)
"""

from datetime import date

from chalicelib.domain.errors import DecisionNotPossible


class PeriodBeingClosed(DecisionNotPossible):
    code = "period_being_closed"
    month: str


class PeriodAlreadyClosed(DecisionNotPossible):
    """`month` is the last closed one."""

    code = "period_already_closed"
    month: str


class PeriodNotEnded(DecisionNotPossible):
    code = "period_not_ended"
    ends_on: date


class PeriodNotNext(DecisionNotPossible):
    """Months close in their order; `month` is the next one."""

    code = "period_not_next"
    month: str


class PeriodClosed(DecisionNotPossible):
    """A day that a person gave is in a closed month: entries are dated from `open_from` on."""

    code = "period_closed"
    open_from: date
