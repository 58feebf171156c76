"""The registration file of one student in one programme."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from chalicelib.domain.campaign import Programme
from chalicelib.domain.causes import (
    BlockUnreasoned,
    FileDecided,
    RefusalUnreasoned,
    ReopeningUnreasoned,
    SettledFileLocked,
    ValidatedFileLocked,
    WithdrawnFileLocked,
)
from chalicelib.domain.corrections.correction import Correction
from chalicelib.domain.corrections.refusals import CorrectionOfEnded, ProvisionalPast
from chalicelib.domain.decisions import BlockMoved, NotDeclared, StepsMoved
from chalicelib.domain.errors import FeeSituationNotAllowed
from chalicelib.domain.evidence.checks import EvidenceCheck
from chalicelib.domain.trail.audit import canonical_digest


class RegistrationStatus(StrEnum):
    PRE_REGISTERED = "pre_registered"
    VALIDATED = "validated"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Decision(StrEnum):
    VALIDATE = "validate"
    REFUSE = "refuse"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Registration:
    """One registration.

    `order_number` is set by the first payment, `part_paid` while less than the order is paid. `version` grows
    with every change. `blocked` is accounting's mark, shown in the account position: nothing is debited while
    it is set. `allowed_situations` are those that the school's import named; none: all of the programme.
    `holder` is the student's name as the registrar's queue shows and sorts it: "TESTCD Chris".
    """

    id: str
    person_id: str
    campaign_id: str
    programme_code: str
    holder: str
    status: RegistrationStatus = RegistrationStatus.PRE_REGISTERED
    reason: str = ""
    fee_situation_code: str | None = None
    seen_steps: frozenset[str] = frozenset()
    order_number: int | None = None
    part_paid: bool = False
    blocked: bool = False
    block_reason: str = ""
    allowed_situations: tuple[str, ...] = ()
    version: int = 1
    reminded_of: date | None = None
    """The day since which the amount was late that the last reminder was about."""
    reminders: int = 0
    """How many rungs of the ladder of reminders that amount is past."""
    kept_cents: int = 0
    """What the school keeps of the money of a file that was refused or given up."""
    corrections: tuple[Correction, ...] = ()
    """The registrar's latest corrections, oldest first."""
    provisional_until: date | None = None
    """The day until which a grant holder waits for the notification; None without such a mark."""
    written_off_cents: int = 0
    """What accounting gave up of rests below 1,00 €; less is owed by it."""
    evidence: tuple[EvidenceCheck, ...] = ()
    """The latest check at each source of evidence."""
    refund_acts: int = 0
    """How many of its versions were made by acts on refunds."""

    def allows(self, fee_situation_code: str) -> bool:
        """Return True unless the school has named the student's situations, and not this one."""
        return not self.allowed_situations or fee_situation_code in self.allowed_situations

    @property
    def is_accepted(self) -> bool:
        """True unless it was refused or given up."""
        return self.status not in {RegistrationStatus.REFUSED, RegistrationStatus.WITHDRAWN}

    @property
    def has_order(self) -> bool:
        return self.order_number is not None

    @property
    def is_paid(self) -> bool:
        """True if nothing is left to pay at once: all of it was received, or its plan was started."""
        return self.has_order and not self.part_paid


def seen_hash(
    registration_id: str,
    status: RegistrationStatus,
    reason: str,
    fee_situation_code: str | None,
    owed_cents: int | None,
    received_cents: int,
) -> str:
    """Return the hash of what a decision proves to have seen of a file, and beside it the money received."""
    seen = [registration_id, status, reason, fee_situation_code, owed_cents]
    return f"{canonical_digest(seen)[:16]}-{received_cents}"


def block_hash(registration_id: str, block_reason: str) -> str:
    """Return the hash of the block that was seen; its reason is "" where none is set."""
    return canonical_digest([registration_id, block_reason])[:16]


MOST_CORRECTIONS = 20
"""How many corrections a registration keeps: replays of older requests are not known any more."""


def corrected(registration: Registration, correction: Correction) -> Registration:
    """Return the same version with a correction added to those that it keeps."""
    return replace(registration, corrections=(*registration.corrections, correction)[-MOST_CORRECTIONS:])


def counted(registration: Registration) -> Registration:
    """Return the next version of a registration after a claim or a payment changed the amount it owes."""
    return replace(registration, version=registration.version + 1)


def counted_for_refund(registration: Registration) -> Registration:
    """Return the next version after an act on a refund: what other refunds were agreed on stays as it is."""
    return replace(counted(registration), refund_acts=registration.refund_acts + 1)


def choose_fee_situation(registration: Registration, programme: Programme, code: str) -> Registration:
    """Declare a situation; repeating changes nothing. A refused file goes back to the registrar."""
    programme.fee_lines(code)
    if registration.has_order:
        raise SettledFileLocked
    if registration.status is RegistrationStatus.WITHDRAWN:
        raise WithdrawnFileLocked
    if registration.fee_situation_code == code:
        return registration
    if registration.status is RegistrationStatus.VALIDATED:
        raise ValidatedFileLocked
    if not registration.allows(code):
        raise FeeSituationNotAllowed(code, registration.allowed_situations)
    return replace(
        registration,
        fee_situation_code=code,
        status=RegistrationStatus.PRE_REGISTERED,
        reason="",
        kept_cents=0,
        provisional_until=None,
        version=registration.version + 1,
    )


def mark_provisional(registration: Registration, until: date | None, today: date) -> Registration:
    """Mark a grant holder who waits for the notification until a day, or end the mark with None.

    Repeating changes nothing; a change of situation and a validation end the mark as well.
    """
    if registration.provisional_until == until:
        return registration
    if not registration.is_accepted:
        raise CorrectionOfEnded
    if until is not None and until < today:
        raise ProvisionalPast
    return replace(registration, provisional_until=until, version=registration.version + 1)


def decide(registration: Registration, decision: Decision, reason: str) -> Registration:
    """Return the registration after the registrar's decision; repeating one changes nothing.

    A refusal needs a reason, and so does reopening: it takes back a validation or a refusal.
    """
    if decision is Decision.REOPEN:
        return _reopened(registration, reason)
    wanted = RegistrationStatus.VALIDATED if decision is Decision.VALIDATE else RegistrationStatus.REFUSED
    if registration.status is wanted and registration.reason == reason:
        return registration
    if registration.status is not RegistrationStatus.PRE_REGISTERED:
        raise FileDecided
    if registration.fee_situation_code is None:
        raise NotDeclared
    if wanted is RegistrationStatus.REFUSED and not reason.strip():
        raise RefusalUnreasoned
    is_validated = wanted is RegistrationStatus.VALIDATED
    until = None if is_validated else registration.provisional_until
    version = registration.version + 1
    return replace(registration, status=wanted, reason=reason, provisional_until=until, version=version)


def decide_on_evidence(
    registration: Registration,
    decision: Decision,
    reason: str,
    seen_steps: frozenset[str] | None,
    earlier_steps: frozenset[str] | None = None,
) -> Registration:
    """Return the registration after a decision and the steps seen for it: one version, one act.

    A decision that is only repeated records no steps: they are ticked by themselves. Otherwise raise
    `StepsMoved` as `tick_steps` does.
    """
    decided = decide(registration, decision, reason)
    if decided is registration or seen_steps is None:
        return decided
    return replace(decided, seen_steps=tick_steps(registration, seen_steps, earlier_steps).seen_steps)


def _reopened(registration: Registration, reason: str) -> Registration:
    if registration.status is RegistrationStatus.PRE_REGISTERED:
        return registration
    if registration.status is RegistrationStatus.WITHDRAWN:
        raise FileDecided
    if not reason.strip():
        raise ReopeningUnreasoned
    open_again = RegistrationStatus.PRE_REGISTERED
    return replace(registration, status=open_again, reason="", version=registration.version + 1)


def block(
    registration: Registration,
    blocked: bool,  # noqa: FBT001 - the mark
    reason: str,
    seen: str | None = None,
) -> Registration:
    """Set or lift accounting's block; setting one needs a reason, repeating changes nothing.

    Raise `BlockMoved` if `seen` is the `block_hash` of another block; None: what was read is not known.
    """
    if blocked and not reason.strip():
        raise BlockUnreasoned
    if (registration.blocked, registration.block_reason) == (blocked, reason):
        return registration
    if seen not in {None, block_hash(registration.id, registration.block_reason)}:
        raise BlockMoved
    return replace(registration, blocked=blocked, block_reason=reason, version=registration.version + 1)


def tick_steps(
    registration: Registration, seen_steps: frozenset[str], earlier: frozenset[str] | None = None
) -> Registration:
    """Record the previous steps of which the registrar has seen the evidence; repeating changes nothing.

    Raise `StepsMoved` if others are ticked than the `earlier` ones that were read; None: that is not known.
    """
    if seen_steps == registration.seen_steps:
        return registration
    if earlier not in {None, registration.seen_steps}:
        raise StepsMoved
    return replace(registration, seen_steps=seen_steps, version=registration.version + 1)
