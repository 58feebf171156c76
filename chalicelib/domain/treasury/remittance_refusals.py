"""Reasons that prevent a statement line from being a remittance.

BooksMoved
└── RemittanceCredited
BooksNotValid
└── CreditNotOfRemittance
"""

from dataclasses import dataclass

from chalicelib.domain.treasury.refusals import BooksMoved, BooksNotValid


@dataclass(eq=False)
class RemittanceCredited(BooksMoved):
    """Another statement line is this remittance already."""

    code = "remittance_credited"
    number: str


@dataclass(eq=False)
class CreditNotOfRemittance(BooksNotValid):
    """The line is more than the card movements of the remittance, or less than them and a likely fee."""

    code = "credit_not_of_remittance"
    number: str
    credited_cents: int
    remitted_cents: int
