"""Refusals of what cannot be done with a cheque or a slip.

DecisionNotPossible
├── SlipLocked
│   └── SlipAlreadyCredited
├── SlipEmpty
├── SlipFull
├── SlipNotDeposited
├── SlipCreditDiffers
├── SlipMisdated           (422)
│   ├── SlipMisdatedEarly
│   └── SlipMisdatedBeforeCheque
└── ChequeElsewhere
"""

from datetime import date

from chalicelib.domain.errors import DecisionNotPossible


class SlipLocked(DecisionNotPossible):
    """The slip is at the bank: no cheque is taken out of it or put on it any more."""

    code = "slip_locked"
    slip: str
    since: date


class SlipAlreadyCredited(SlipLocked):
    cause = "credited"


class SlipEmpty(DecisionNotPossible):
    """A slip without a cheque is not taken to the bank."""

    code = "slip_empty"


class SlipFull(DecisionNotPossible):
    code = "slip_full"
    most: int


class SlipNotDeposited(DecisionNotPossible):
    """The bank cannot have credited cheques that it was not given."""

    code = "slip_not_deposited"


class SlipCreditDiffers(DecisionNotPossible):
    """The bank credits the whole of a slip less `returned_cents`, and nothing else."""

    code = "slip_credit_differs"
    expected_cents: int
    returned_cents: int


class SlipMisdated(DecisionNotPossible):
    """The day is to come."""

    code = "slip_misdated"
    day: date


class SlipMisdatedEarly(SlipMisdated):
    """The bank cannot have credited a slip before the day of its deposit."""

    cause = "early"


class SlipMisdatedBeforeCheque(SlipMisdated):
    """A slip cannot be handed to the bank before the last of its cheques was received."""

    cause = "received"


class ChequeElsewhere(DecisionNotPossible):
    """The cheque is on a slip already, was sent back by the bank, or is of another school."""

    code = "cheque_elsewhere"
    reference: str
    slip: str
