"""Reasons that prevent an act on a third-party payer.

DecisionNotPossible
├── PayerNotPossible
│   ├── PayerRunning
│   ├── PayerPlanAsked
│   ├── PayerOfTaxedFees
│   ├── PayerShareDeducted
│   └── PayerOfClosedFile
├── PayerNotNamed
│   └── PayerChanged
├── PayerAboveOwed         (422)
├── PayerAboveTariff
├── PayerNotValid          (422)
│   ├── SiretNotValid
│   └── EngagementMissing
├── PayerReceiptTooLarge
├── PayerCreditTooLarge
└── PayerAwaited
ReasonMissing
└── PayerUnreasoned
RegistrationLocked
└── PaidByThirdParty
"""

from chalicelib.domain.decisions import ReasonMissing
from chalicelib.domain.errors import DecisionNotPossible, RegistrationLocked


class PayerNotPossible(DecisionNotPossible):
    code = "payer_not_possible"


class PayerRunning(PayerNotPossible):
    """Another payer is invoiced and owes: one at a time."""

    cause = "running"
    name: str


class PayerPlanAsked(PayerNotPossible):
    """A plan over the whole was asked for or approved, and has not begun."""

    cause = "plan"


class PayerOfTaxedFees(PayerNotPossible):
    """A share of fees that bear VAT has no lines of its own."""

    cause = "taxed"


class PayerShareDeducted(PayerNotPossible):
    """The student's order was drawn without the share: another share is another payer."""

    cause = "deducted"


class PayerOfClosedFile(PayerNotPossible):
    cause = "closed"


class PayerNotNamed(DecisionNotPossible):
    """No payer waits for its invoice: none is named, or it was invoiced or withdrawn meanwhile."""

    code = "payer_not_named"


class PayerChanged(PayerNotNamed):
    """Another payer is named, or the same one by other facts, than the person saw."""

    cause = "changed"


class PayerAboveOwed(DecisionNotPossible):
    """The share is more than what the student owes: `owed_cents` at most."""

    code = "payer_above_owed"
    owed_cents: int


class PayerAboveTariff(DecisionNotPossible):
    """Payers take `share_cents`, more than the `tariff_cents` of the situation that the file is to have."""

    code = "payer_above_tariff"
    share_cents: int
    tariff_cents: int


class PayerNotValid(DecisionNotPossible):
    code = "payer_not_valid"


class SiretNotValid(PayerNotValid):
    cause = "siret"
    given: str


class EngagementMissing(PayerNotValid):
    cause = "engagement"


class PayerReceiptTooLarge(DecisionNotPossible):
    """More than what the payer's invoice still asks."""

    code = "payer_receipt_too_large"
    owed_cents: int


class PayerCreditTooLarge(DecisionNotPossible):
    """More than what the payer has not paid: money that it paid is not given back by this act."""

    code = "payer_credit_too_large"
    owed_cents: int


class PayerAwaited(DecisionNotPossible):
    """A payer was named after the order: until its invoice nothing is asked of the student."""

    code = "payer_awaited"
    name: str


class PayerUnreasoned(ReasonMissing):
    cause = "payer"


class PaidByThirdParty(RegistrationLocked):
    """The share of a payer is of the declared situation."""

    cause = "payer"
