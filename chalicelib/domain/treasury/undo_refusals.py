"""Refusals of undoing what a line was explained by.

BooksMoved
├── LineNotExplained
└── LineNotUndoable
    ├── LineOfReturnedRefund
    ├── LineOfReturnedCheque
    ├── LineOfKeptMoney
    └── LineOfTakenPayment
        ├── LineOfRefundedPayment
        └── LineOfLeavingPayment
ReasonMissing
└── UndoUnreasoned
"""

from chalicelib.domain.decisions import ReasonMissing
from chalicelib.domain.treasury.refusals import BooksMoved


class LineNotExplained(BooksMoved):
    """Nothing explains the line: there is nothing to undo."""

    code = "line_not_explained"


class LineNotUndoable(BooksMoved):
    """What the line was explained by went further since. Never raised itself."""

    code = "line_not_undoable"


class LineOfReturnedRefund(LineNotUndoable):
    """The amount is a credit of the student again, who was told so."""

    cause = "refund"


class LineOfReturnedCheque(LineNotUndoable):
    """The bank sent back a cheque of the slip after it credited it."""

    cause = "cheque"
    slip: str


class LineOfKeptMoney(LineNotUndoable):
    """A student who left was kept an amount of it: `missing_cents` would be asked of them."""

    cause = "kept"
    missing_cents: int


class LineOfTakenPayment(LineNotUndoable):
    """The bank took back the payment, or it was undone."""

    cause = "taken"


class LineOfRefundedPayment(LineNotUndoable):
    cause = "refunded"
    refunded_cents: int


class LineOfLeavingPayment(LineNotUndoable):
    """An approved refund of it is on its way."""

    cause = "leaving"
    leaving_cents: int


class UndoUnreasoned(ReasonMissing):
    cause = "line_undo"
