"""Reasons that prevent a credit note.

DecisionNotPossible
├── CreditedMeanwhile
├── RestChanged
├── NothingToWriteOff
├── RestAboveWriteOff
├── CreditNoteEmpty
└── CreditNoteTooLarge
    ├── CreditNoteAboveInvoice
    └── CreditNoteAboveLine
ReasonMissing
├── CreditNoteUnreasoned
└── WriteOffUnreasoned
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


class NothingToWriteOff(DecisionNotPossible):
    """Nothing is owed that an order stands for."""

    code = "nothing_to_write_off"


@dataclass(eq=False)
class RestAboveWriteOff(DecisionNotPossible):
    """So much is paid, debited or remitted, never written off."""

    code = "rest_above_write_off"
    owed_cents: int
    limit_cents: int


@dataclass(eq=False)
class RestChanged(DecisionNotPossible):
    """Another amount is owed than the person saw."""

    code = "rest_changed"
    owed_cents: int


class WriteOffUnreasoned(ReasonMissing):
    cause = "write_off"
