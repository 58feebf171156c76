"""Reasons that prevent a credit note.

DecisionNotPossible
├── CorrectionMoved
├── CorrectionNotPossible
│   ├── CorrectionDisputed
│   ├── CorrectionOfEnded
│   ├── CorrectionOfWithdrawn
│   ├── ReopeningPaidOut
│   └── SituationUnchanged
├── CreditedMeanwhile
├── CreditNoteEmpty
└── CreditNoteTooLarge
    ├── CreditNoteAboveInvoice
    └── CreditNoteAboveLine
ReasonMissing
├── CorrectionUnreasoned
└── CreditNoteUnreasoned
NotFound
└── InvoiceLineUnknown
"""

from dataclasses import dataclass

from chalicelib.domain.decisions import ReasonMissing
from chalicelib.domain.errors import DecisionNotPossible, NotFound


@dataclass(eq=False)
class CreditedMeanwhile(DecisionNotPossible):
    """The invoice does not hold what the person who asks has seen: `left_cents` now."""

    code = "credited_meanwhile"
    left_cents: int


class CreditNoteEmpty(DecisionNotPossible):
    """No amount, or one that is not above zero."""

    code = "credit_note_empty"


@dataclass(eq=False)
class CreditNoteTooLarge(DecisionNotPossible):
    """More than the invoice, or one of its lines, still holds: `left_cents`."""

    code = "credit_note_too_large"
    left_cents: int


class CreditNoteAboveInvoice(CreditNoteTooLarge):
    cause = "invoice"


@dataclass(eq=False)
class CreditNoteAboveLine(CreditNoteTooLarge):
    cause = "line"
    product: str


class CreditNoteUnreasoned(ReasonMissing):
    cause = "credit_note"


class InvoiceLineUnknown(NotFound):
    cause = "invoice_line"


class CorrectionMoved(DecisionNotPossible):
    """The account is not as the person who confirms has seen it."""

    code = "correction_moved"


class CorrectionNotPossible(DecisionNotPossible):
    code = "correction_not_possible"


class SituationUnchanged(CorrectionNotPossible):
    cause = "unchanged"


class CorrectionOfEnded(CorrectionNotPossible):
    """The file was refused or given up: its situation cannot be changed."""

    cause = "ended"


class CorrectionOfWithdrawn(CorrectionNotPossible):
    cause = "withdrawn"


class CorrectionDisputed(CorrectionNotPossible):
    """Money would be given back while the holder of a card disputes a payment of the same file."""

    cause = "disputed"


class ReopeningPaidOut(CorrectionNotPossible):
    """A refund of the file was approved, and is not over."""

    cause = "refunding"


class CorrectionUnreasoned(ReasonMissing):
    cause = "correction"
