"""Refusals of an état de rapprochement.

DecisionNotPossible
├── RapprochementImpossible
│   └── RapprochementTooLong
├── RapprochementChecked
├── RapprochementChanged
└── RapprochementUnequal
"""

from chalicelib.domain.errors import DecisionNotPossible


class RapprochementImpossible(DecisionNotPossible):
    """No statement of the school's account is imported: there is nothing to compare 512 with."""

    code = "rapprochement_impossible"


class RapprochementTooLong(RapprochementImpossible):
    """More items are open than one paper lists."""

    cause = "long"
    most: int


class RapprochementChecked(DecisionNotPossible):
    code = "rapprochement_checked"


class RapprochementChanged(DecisionNotPossible):
    """Another one was seen than the one that was prepared."""

    code = "rapprochement_changed"


class RapprochementUnequal(DecisionNotPossible):
    """The adjusted balances differ: that is explained before anybody signs."""

    code = "rapprochement_unequal"
    difference_cents: int
