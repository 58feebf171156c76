"""Reasons that prevent an act on a difference, or on a file of the gateway's back office.

BooksMoved
├── DifferenceSettled
├── DifferenceChanged
└── DayNotOver
BooksNotValid
└── ExportNotReadable
ReasonMissing
└── ExplanationMissing
"""

from chalicelib.domain.decisions import ReasonMissing
from chalicelib.domain.treasury.refusals import BooksMoved, BooksNotValid


class DifferenceSettled(BooksMoved):
    """The last run found the difference no more."""

    code = "difference_settled"


class DifferenceChanged(BooksMoved):
    """The difference has another amount than the request saw."""

    code = "difference_changed"
    difference_cents: int


class ExplanationMissing(ReasonMissing):
    """A difference is explained by a text of a few words."""

    cause = "explanation_missing"


class ExportNotReadable(BooksNotValid):
    """The file is none of the two exports of the gateway's back office: their columns are not in it."""

    code = "export_not_readable"


class DayNotOver(BooksMoved):
    """The day is not over in Paris yet: its movements have no numbers."""

    code = "day_not_over"
