"""Refusals that share a code: one class a cause, with what its sentence tells. Gateway and pages have theirs.

NotFound
├── FileNotOpen
├── ProgrammeUnknown
├── CampaignUnknown
├── StepUnknown
├── PlanNotRequested       (the student's own)
├── NoPlanToDecide         (accounting's)
├── IdentityProviderMissing
└── IdentityNotLinked
Forbidden
├── OwnFile
└── SamePerson
PasswordTooWeak
├── PasswordTooShort
├── PasswordTooLong
├── PasswordTooCommon
└── PasswordGuessable
RolesNotCompatible
├── RoleMissing
└── RolesApart
ErasureNotPossible
├── PlanRunning
├── PaymentRunning
├── SumOwed
├── SumToGiveBack
└── ErasureUnreasoned
WindowClosed
├── WindowReopens
└── CampaignOver
RegistrationLocked
├── SettledFileLocked
├── WithdrawnFileLocked
└── ValidatedFileLocked
RegistrationRefused
└── RegistrationRefusedFor
ReasonMissing
├── RefusalUnreasoned
├── ReopeningUnreasoned
├── BlockUnreasoned
├── RolesUnreasoned
├── AccessUnreasoned
├── PlanActUnreasoned
└── FactorRemovalUnreasoned
AlreadyDecided
├── FileDecided
├── PlanDecided
└── RoleChangeDecided
PlanNotAllowed
├── PlanUnknown
├── PlanBelowMinimum
├── PartTooSmall
├── CutTooSmall
├── PlanGone
└── RestAtOnce
PlanNotApproved
├── PlanChanged
└── PlanMoved
PlanLocked
├── PlanStarted
├── PlanNotChangeable
└── PlanNotWithdrawable
PaymentOpen
└── PaymentOutdated
"""

from datetime import datetime

from chalicelib.domain.decisions import AlreadyDecided, ReasonMissing
from chalicelib.domain.errors import (
    ErasureNotPossible,
    Forbidden,
    NotFound,
    PasswordTooWeak,
    PaymentOpen,
    PlanLocked,
    PlanNotAllowed,
    PlanNotApproved,
    RegistrationLocked,
    RegistrationRefused,
    RolesNotCompatible,
    WindowClosed,
)


class FileNotOpen(NotFound):
    cause = "file"


class ProgrammeUnknown(NotFound):
    cause = "programme"
    programme: str


class CampaignUnknown(NotFound):
    cause = "campaign"
    campaign: str


class StepUnknown(NotFound):
    cause = "step"
    known: tuple[str, ...]


class PlanNotRequested(NotFound):
    cause = "plan_request"


class NoPlanToDecide(NotFound):
    cause = "plan_to_decide"


class IdentityProviderMissing(NotFound):
    cause = "identity_provider"


class IdentityNotLinked(NotFound):
    cause = "identity"


class OwnFile(Forbidden):
    cause = "own_file"


class SamePerson(Forbidden):
    cause = "same_person"


class PasswordTooShort(PasswordTooWeak):
    cause = "short"
    shortest: int


class PasswordTooLong(PasswordTooWeak):
    cause = "long"
    longest: int


class PasswordTooCommon(PasswordTooWeak):
    cause = "common"


class PasswordGuessable(PasswordTooWeak):
    cause = "guessable"


class RoleMissing(RolesNotCompatible):
    cause = "none"


class RolesApart(RolesNotCompatible):
    cause = "apart"


class PlanRunning(ErasureNotPossible):
    cause = "plan"


class PaymentRunning(ErasureNotPossible):
    cause = "payment"


class SumOwed(ErasureNotPossible):
    cause = "owed"
    owed_cents: int


class SumToGiveBack(ErasureNotPossible):
    cause = "credit"
    credit_cents: int


class ErasureUnreasoned(ErasureNotPossible):
    cause = "reason"


class WindowReopens(WindowClosed):
    cause = "reopens"
    reopens_at: datetime


class CampaignOver(WindowClosed):
    cause = "over"


class SettledFileLocked(RegistrationLocked):
    cause = "settled"


class WithdrawnFileLocked(RegistrationLocked):
    cause = "withdrawn"


class ValidatedFileLocked(RegistrationLocked):
    cause = "validated"


class RegistrationRefusedFor(RegistrationRefused):
    """The registrar's refusal with its `reason`."""

    cause = "reason"
    reason: str


class RefusalUnreasoned(ReasonMissing):
    cause = "refusal"


class ReopeningUnreasoned(ReasonMissing):
    cause = "reopening"


class BlockUnreasoned(ReasonMissing):
    cause = "block"


class RolesUnreasoned(ReasonMissing):
    cause = "roles"


class AccessUnreasoned(ReasonMissing):
    cause = "access"


class FactorRemovalUnreasoned(ReasonMissing):
    cause = "second_factor"


class PlanActUnreasoned(ReasonMissing):
    cause = "plan"


class FileDecided(AlreadyDecided):
    cause = "file"


class PlanDecided(AlreadyDecided):
    cause = "plan"


class RoleChangeDecided(AlreadyDecided):
    cause = "roles"


class PlanUnknown(PlanNotAllowed):
    cause = "unknown"
    plan: str
    plans: tuple[str, ...]


class PlanBelowMinimum(PlanNotAllowed):
    cause = "minimum"
    minimum_cents: int


class PartTooSmall(PlanNotAllowed):
    cause = "part"


class CutTooSmall(PlanNotAllowed):
    cause = "cut"


class PlanGone(PlanNotAllowed):
    cause = "gone"


class RestAtOnce(PlanNotAllowed):
    cause = "rest"


class PlanChanged(PlanNotApproved):
    """The price or the plan is another than at the request: it is asked for anew."""

    cause = "changed"


class PlanMoved(PlanNotApproved):
    cause = "moved"


class PlanStarted(PlanLocked):
    cause = "started"


class PlanNotChangeable(PlanLocked):
    cause = "change"


class PlanNotWithdrawable(PlanLocked):
    cause = "withdrawal"


class PaymentOutdated(PaymentOpen):
    """The open payment is of another amount or schedule than today's: it can only be given up."""

    cause = "outdated"
    amount_cents: int
