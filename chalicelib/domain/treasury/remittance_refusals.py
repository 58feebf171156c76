"""Reasons that prevent a statement line from being a remittance.

BooksMoved
└── RemittanceCredited
BooksNotValid
└── CreditNotOfRemittance
"""

from chalicelib.domain.treasury.refusals import BooksMoved, BooksNotValid


class RemittanceCredited(BooksMoved):
    """Another statement line is this remittance already."""

    code = "remittance_credited"
    number: str


class CreditNotOfRemittance(BooksNotValid):
    """The line is more than the card movements of the remittance, or less than them and a likely fee."""

    code = "credit_not_of_remittance"
    number: str
    credited_cents: int
    remitted_cents: int
