"""Reasons that prevent a decision or an act on an account: one class and one code each.

DecisionNotPossible
├── ReasonMissing          (a fault of the request: 422)
├── AlreadyDecided
├── NotDeclared
├── RegistrationMoved
│   ├── BlockMoved
│   └── StepsMoved
├── RolesUnchanged
├── RolesMoved
│   └── ProposalMoved
├── AccessMoved
├── SecondFactorInPlace
├── SecondFactorNotBegun
├── SecondFactorRequired
├── SecondFactorAbsent
├── NothingToStop
├── PlanAlreadyStopped
├── PlanNotStopped
├── NothingToRecut
├── RecutBeyondCard
├── RecutWithoutCard
├── RecutMoved
├── DebitInFlight
└── DebitInConflict
"""

from datetime import date

from chalicelib.domain.errors import DecisionNotPossible


class ReasonMissing(DecisionNotPossible):
    code = "reason_missing"


class AlreadyDecided(DecisionNotPossible):
    code = "already_decided"


class NotDeclared(DecisionNotPossible):
    code = "not_declared"


class RegistrationMoved(DecisionNotPossible):
    """What a decision changes, or is made of, is no longer what was read: status, situation or amounts."""

    code = "registration_moved"


class BlockMoved(RegistrationMoved):
    """The block that was read was lifted since, or another was set."""

    cause = "block"


class StepsMoved(RegistrationMoved):
    """Other steps are ticked by now than those that were read as ticked."""

    cause = "steps"


class RolesUnchanged(DecisionNotPossible):
    code = "roles_unchanged"


class RolesMoved(DecisionNotPossible):
    """The person holds other roles by now than those that were read."""

    code = "roles_moved"


class ProposalMoved(RolesMoved):
    """The person holds other roles by now than those that the proposal was made over."""

    cause = "proposal"


class AccessMoved(DecisionNotPossible):
    """The account was closed or opened since it was read."""

    code = "access_moved"


class SecondFactorInPlace(DecisionNotPossible):
    code = "second_factor_in_place"


class SecondFactorNotBegun(DecisionNotPossible):
    code = "second_factor_not_begun"


class SecondFactorRequired(DecisionNotPossible):
    code = "second_factor_required"


class SecondFactorAbsent(DecisionNotPossible):
    code = "second_factor_absent"


class NothingToStop(DecisionNotPossible):
    code = "nothing_to_stop"


class PlanAlreadyStopped(DecisionNotPossible):
    code = "plan_already_stopped"


class PlanNotStopped(DecisionNotPossible):
    code = "plan_not_stopped"


class NothingToRecut(DecisionNotPossible):
    code = "nothing_to_recut"


class RecutBeyondCard(DecisionNotPossible):
    """The card expires before the last new part; `last_on` is the last due day it can be debited on."""

    code = "recut_beyond_card"
    last_on: date


class RecutWithoutCard(DecisionNotPossible):
    """There is no card, or it expires before the first new part."""

    code = "recut_without_card"


class RecutMoved(DecisionNotPossible):
    """The new parts are no longer those that were seen: a payment came in between, or a day ended."""

    code = "recut_moved"


class DebitInFlight(DecisionNotPossible):
    code = "debit_in_flight"


class DebitInConflict(DecisionNotPossible):
    code = "debit_in_conflict"
