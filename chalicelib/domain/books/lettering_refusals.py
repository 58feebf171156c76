"""Refusals of what cannot be lettered by hand.

DecisionNotPossible
├── LetteringStale
├── LetteringOneSided
├── LetteringUnequal
└── LetteringUndone
ReasonMissing
└── LetteringUnreasoned
"""

from chalicelib.domain.decisions import ReasonMissing
from chalicelib.domain.errors import DecisionNotPossible


class LetteringStale(DecisionNotPossible):
    """One of the entries is unknown, of another debtor, or settled by now."""

    code = "lettering_stale"


class LetteringOneSided(DecisionNotPossible):
    """Entries of one side settle nothing."""

    code = "lettering_one_sided"


class LetteringUnequal(DecisionNotPossible):
    """A rest stays open: it is lettered in part only if that is asked for."""

    code = "lettering_unequal"
    debit_cents: int
    credit_cents: int


class LetteringUndone(DecisionNotPossible):
    code = "lettering_undone"


class LetteringUnreasoned(ReasonMissing):
    cause = "lettering"
