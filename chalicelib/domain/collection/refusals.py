"""Refusals of money entered by accounting, and of what the bank is said to have taken back.

DecisionNotPossible
├── ReceiptNotPossible
│   ├── ReceiptForRefused
│   └── ReceiptForWithdrawn
├── ReceiptMisdated        (422)
│   ├── ReceiptInFuture
│   └── ReceiptTooEarly
├── ReceiptRepeated
│   ├── ReceiptOfAnother
│   └── ReceiptOnLine
├── BounceNotPossible
│   ├── AlreadyBounced
│   ├── AlreadyRefunded
│   ├── RefundUnderWay
│   └── HeldOtherwise
├── DisputeMissing         (422)
├── DisputeNotOfCard       (422)
├── DisputeMisdated        (422)
└── DisputeClosed
    └── DisputeOther
"""

from datetime import date

from chalicelib.domain.errors import DecisionNotPossible


class ReceiptNotPossible(DecisionNotPossible):
    """A file that was refused or given up receives no money at the desk, unless what it keeps is missing."""

    code = "receipt_not_possible"


class ReceiptForRefused(ReceiptNotPossible):
    cause = "refused"


class ReceiptForWithdrawn(ReceiptNotPossible):
    cause = "withdrawn"


class ReceiptMisdated(DecisionNotPossible):
    code = "receipt_misdated"


class ReceiptInFuture(ReceiptMisdated):
    cause = "future"


class ReceiptTooEarly(ReceiptMisdated):
    """`earliest_on` is the day on which the campaign begins."""

    cause = "early"
    earliest_on: date


class ReceiptRepeated(DecisionNotPossible):
    """The account has a `payment` with this reference: it may be the same one, or another."""

    code = "receipt_repeated"
    payment: str
    reference: str
    amount_cents: int
    received_on: date


class ReceiptOfAnother(ReceiptRepeated):
    """A cheque of this number, perhaps the same paper, was entered for another file."""

    cause = "another"
    registration: str


class ReceiptOnLine(ReceiptRepeated):
    """A statement line of about that day shows a transfer of this amount, perhaps the same one."""

    cause = "line"


class BounceNotPossible(DecisionNotPossible):
    code = "bounce_not_possible"


class AlreadyBounced(BounceNotPossible):
    cause = "bounced"


class AlreadyRefunded(BounceNotPossible):
    cause = "refunded"
    refunded_cents: int


class RefundUnderWay(BounceNotPossible):
    """A refund of it is at the gateway: the amount that is left shows when its outcome is known."""

    cause = "refund_under_way"


class HeldOtherwise(BounceNotPossible):
    """The amount is not what the school still holds of the payment."""

    cause = "held"
    held_cents: int


class DisputeMissing(DecisionNotPossible):
    """A card payment is taken back by a dispute: its reason and its last day are required."""

    code = "dispute_missing"


class DisputeNotOfCard(DecisionNotPossible):
    """Only a card payment is disputed; a cheque or a transfer is returned unpaid."""

    code = "dispute_not_of_card"


class DisputeMisdated(DecisionNotPossible):
    """The last day for evidence is over, or too far away to be meant."""

    code = "dispute_misdated"
    today: date
    latest_on: date


class DisputeClosed(DecisionNotPossible):
    """The dispute is not open, or the stage does not follow the present one."""

    code = "dispute_closed"
    stage: str


class DisputeOther(DisputeClosed):
    """Another dispute of the payment was opened since the one that was read."""

    cause = "other"
