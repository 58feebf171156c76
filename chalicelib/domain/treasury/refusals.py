"""Refusals of the school's books, by what the caller can do about them.

QuittanceError
├── BooksMoved             (what the act is about is no more, or not yet, as it needs)
│   └── LineExplained
└── BooksNotValid          (what was given does not fit: give something else)
    └── ExplanationUnequal
"""

from dataclasses import dataclass

from chalicelib.domain.errors import QuittanceError


class BooksMoved(QuittanceError):
    """What the act is about is not in a state that allows it. Never raised itself."""

    code = "books_moved"


class BooksNotValid(QuittanceError):
    """What was given cannot be booked as it is. Never raised itself."""

    code = "books_not_valid"


class LineExplained(BooksMoved):
    """The line of the statement is explained already."""

    code = "line_explained"


@dataclass(eq=False)
class ExplanationUnequal(BooksNotValid):
    """The parts of a line do not add up to what of it is still to be explained; signed cents."""

    code = "explanation_unequal"
    open_cents: int
    told_cents: int
