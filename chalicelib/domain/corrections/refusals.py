"""Reasons that prevent a credit note.

DecisionNotPossible
├── CorrectionMoved
├── CorrectionNotPossible
│   ├── CorrectionDisputed
│   ├── CorrectionOfEnded
│   ├── CorrectionOfWithdrawn
│   ├── ProvisionalPast
│   ├── ReopeningPaidOut
│   └── SituationUnchanged
├── CreditedMeanwhile
├── CreditNoteMoved
├── RestChanged
├── NothingToWriteOff
├── RestAboveWriteOff
├── WaiverDecided
├── WaiverNotPossible
│   ├── WaiverAboveOwed
│   └── WaiverInPart
├── WaiverWaiting
├── CreditNoteEmpty
├── CreditNoteTooLarge
│   ├── CreditNoteAboveInvoice
│   ├── CreditNoteAboveCharged
│   └── CreditNoteAboveLine
└── KeptNotPossible
    ├── KeptAboveReceived
    ├── KeptFixed
    ├── KeptMissing
    └── WithdrawalInFuture
ReasonMissing
├── CorrectionUnreasoned
├── CreditNoteUnreasoned
├── WaiverUndocumented
├── WaiverUnreasoned
└── WriteOffUnreasoned
NotFound
└── InvoiceLineUnknown
"""

from chalicelib.domain.decisions import ReasonMissing
from chalicelib.domain.errors import DecisionNotPossible, NotFound


class CreditedMeanwhile(DecisionNotPossible):
    """The invoice does not hold what the person who asks has seen: `left_cents` now."""

    code = "credited_meanwhile"
    left_cents: int


class CreditNoteMoved(DecisionNotPossible):
    """What is owed of the registration, or to be given back, is no longer what was seen."""

    code = "credit_note_moved"


class CreditNoteEmpty(DecisionNotPossible):
    """No amount, or one that is not above zero."""

    code = "credit_note_empty"


class CreditNoteTooLarge(DecisionNotPossible):
    """More than the invoice, or one of its lines, still holds: `left_cents`."""

    code = "credit_note_too_large"
    left_cents: int


class CreditNoteAboveInvoice(CreditNoteTooLarge):
    cause = "invoice"


class CreditNoteAboveCharged(CreditNoteTooLarge):
    """The invoice holds it, but a rest of it was written off."""

    cause = "written_off"


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


class ProvisionalPast(CorrectionNotPossible):
    """The day until which a grant holder waits for the notification is over."""

    cause = "past"


class ReopeningPaidOut(CorrectionNotPossible):
    """A refund of the file was approved, and is not over."""

    cause = "refunding"


class CorrectionUnreasoned(ReasonMissing):
    cause = "correction"


class KeptNotPossible(DecisionNotPossible):
    """What is to be kept of the money of a file that ends, or the day of the request, does not fit."""

    code = "kept_not_possible"


class KeptAboveReceived(KeptNotPossible):
    cause = "above"
    received_cents: int


class KeptFixed(KeptNotPossible):
    """The year has not started on the day of the request: the campaign says what is kept."""

    cause = "fixed"
    fee_cents: int


class KeptMissing(KeptNotPossible):
    """The year has started: somebody has to decide what is kept."""

    cause = "missing"


class WithdrawalInFuture(KeptNotPossible):
    cause = "future"


class NothingToWriteOff(DecisionNotPossible):
    """Nothing is owed that an order stands for."""

    code = "nothing_to_write_off"


class RestAboveWriteOff(DecisionNotPossible):
    """So much is paid, debited or remitted, never written off."""

    code = "rest_above_write_off"
    owed_cents: int
    limit_cents: int


class RestChanged(DecisionNotPossible):
    """Another amount is owed than the person saw."""

    code = "rest_changed"
    owed_cents: int


class WriteOffUnreasoned(ReasonMissing):
    cause = "write_off"


class WaiverNotPossible(DecisionNotPossible):
    """The amount does not fit: a debt is given up whole, or by grace in part."""

    code = "waiver_not_possible"


class WaiverAboveOwed(WaiverNotPossible):
    cause = "amount"
    owed_cents: int


class WaiverInPart(WaiverNotPossible):
    """What cannot be collected is the whole rest."""

    cause = "part"
    owed_cents: int


class WaiverWaiting(DecisionNotPossible):
    """A proposal about the same file waits for a second person."""

    code = "waiver_waiting"


class WaiverDecided(DecisionNotPossible):
    code = "waiver_decided"


class WaiverUnreasoned(ReasonMissing):
    cause = "waiver"


class WaiverUndocumented(ReasonMissing):
    """The paper that decides on it is not named."""

    cause = "waiver_document"
