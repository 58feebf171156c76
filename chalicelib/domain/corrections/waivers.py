"""A debt given up by two people: remitted by grace, or admitted as one that cannot be collected.

One person of accounting proposes it, with a reason and the document that decides it; another person approves.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.causes import SamePerson
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.corrections.issuing import require_no_debit
from chalicelib.domain.corrections.refusals import (
    NothingToWriteOff,
    RestChanged,
    WaiverAboveOwed,
    WaiverDecided,
    WaiverInPart,
    WaiverUndocumented,
    WaiverUnreasoned,
    WaiverWaiting,
)
from chalicelib.domain.corrections.relief import relieve
from chalicelib.domain.corrections.waiver import Waiver, WaiverKind, WaiverState
from chalicelib.domain.owed import owed_cents
from chalicelib.domain.people import Person
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.stored_cards import card_removals, cards_to_forget


@dataclass(frozen=True)
class WaiverAsked:
    """What is proposed; `owed_seen_cents` is the rest that the person saw."""

    kind: WaiverKind
    amount_cents: int
    owed_seen_cents: int
    reason: str
    document: str


def may_be_waived(file: RegistrationFile) -> bool:
    is_free = not any(each.state is WaiverState.PROPOSED for each in file.waivers)
    return file.registration.has_order and owed_cents(file) > 0 and is_free


def propose_waiver(file: RegistrationFile, asked: WaiverAsked, by: Person, now: datetime) -> Waiver:
    """Return the proposal; raise the refusal that prevents it. Nothing is given up before a second person."""
    if not asked.reason.strip():
        raise WaiverUnreasoned
    if not asked.document.strip():
        raise WaiverUndocumented
    rest = owed_cents(file)
    if not file.registration.has_order or rest <= 0:
        raise NothingToWriteOff
    if rest != asked.owed_seen_cents:
        raise RestChanged(rest)
    if any(each.state is WaiverState.PROPOSED for each in file.waivers):
        raise WaiverWaiting
    _require_amount(asked.kind, asked.amount_cents, rest)
    registration = file.registration
    return Waiver(
        id=f"{registration.id}-w{len(file.waivers) + 1}",
        registration_id=registration.id,
        person_id=registration.person_id,
        holder=registration.holder,
        kind=asked.kind,
        amount_cents=asked.amount_cents,
        reason=asked.reason.strip(),
        document=asked.document.strip(),
        proposed_by=by.id,
        proposed_at=now,
    )


def _require_amount(kind: WaiverKind, cents: int, rest: int) -> None:
    """A debt that cannot be collected is given up whole; grace may be for a part of it."""
    if not 0 < cents <= rest:
        raise WaiverAboveOwed(rest)
    if kind is WaiverKind.UNCOLLECTABLE and cents != rest:
        raise WaiverInPart(rest)


def decide_waiver(
    account: Account,
    file: RegistrationFile,
    waiver: Waiver,
    reason: str,
    by: Person,
    now: datetime,
    *,
    is_approved: bool,
) -> Changes:
    """Record the decision of a second person; an approved waiver lowers what is owed.

    Who proposed it may refuse it: nothing is given up by that.
    Raise the refusal that prevents it: the rest may have changed since it was proposed.
    """
    if by.id == waiver.person_id or (is_approved and by.id == waiver.proposed_by):
        raise SamePerson
    if waiver.state is not WaiverState.PROPOSED:
        raise WaiverDecided
    if not is_approved and not reason.strip():
        raise WaiverUnreasoned
    state = WaiverState.APPROVED if is_approved else WaiverState.REFUSED
    decided = replace(
        waiver,
        state=state,
        decided_by=by.id,
        decided_at=now,
        decision_reason=reason.strip(),
        version=waiver.version + 1,
    )
    return _given_up(account, file, decided, now) if is_approved else Changes((decided,))


def _given_up(account: Account, file: RegistrationFile, waiver: Waiver, now: datetime) -> Changes:
    rest = owed_cents(file)
    if rest < waiver.amount_cents or (
        waiver.kind is WaiverKind.UNCOLLECTABLE and rest != waiver.amount_cents
    ):
        raise RestChanged(rest)
    require_no_debit(file)
    before = file.registration
    registration = replace(
        counted(before),
        written_off_cents=before.written_off_cents + waiver.amount_cents,
        part_paid=before.part_paid and rest != waiver.amount_cents,
    )
    relief = relieve(replace(file, registration=registration), 0, now)
    cards = cards_to_forget(account, registration.id, relief.instalments)
    about = f"waiver-{registration.version}"
    return Changes(
        (
            waiver,
            registration,
            *relief.payments,
            *relief.instalments,
            *existing(relief.plan_request, relief.mandate),
        ),
        outbox=tuple(card_removals(account, registration.id, cards, about, now)),
    )
