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
from chalicelib.domain.payers.receiving import payer_of, standing
from chalicelib.domain.people import Person
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.stored_cards import card_removals, cards_to_forget


@dataclass(frozen=True)
class WaiverAsked:
    """What is proposed; `owed_seen_cents` is the rest that the person saw.

    `invoice_number` is that of the payer's invoice whose debt is meant, None for the student's.
    """

    kind: WaiverKind
    amount_cents: int
    owed_seen_cents: int
    reason: str
    document: str
    invoice_number: int | None = None


def may_be_waived(file: RegistrationFile, invoice_number: int | None = None) -> bool:
    is_free = not any(each.state is WaiverState.PROPOSED for each in file.waivers)
    return waivable_cents(file, invoice_number) > 0 and is_free


def waivable_cents(file: RegistrationFile, invoice_number: int | None = None) -> int:
    """Return what the student owes of what is ordered, or what a payer owes of its invoice.

    Raise `NotFound` for an invoice of no payer.
    """
    if invoice_number is not None:
        payer_of(file, invoice_number)
        return file.of_payers.of_invoice(invoice_number).owed_cents
    return owed_cents(file) if file.registration.has_order else 0


def propose_waiver(file: RegistrationFile, asked: WaiverAsked, by: Person, now: datetime) -> Waiver:
    """Return the proposal; raise the refusal that prevents it. Nothing is given up before a second person."""
    if not asked.reason.strip():
        raise WaiverUnreasoned
    if not asked.document.strip():
        raise WaiverUndocumented
    rest = waivable_cents(file, asked.invoice_number)
    if rest <= 0:
        raise NothingToWriteOff
    if rest != asked.owed_seen_cents:
        raise RestChanged(rest)
    if any(each.state is WaiverState.PROPOSED for each in file.waivers):
        raise WaiverWaiting
    _require_amount(asked.kind, asked.amount_cents, rest)
    registration, number = file.registration, asked.invoice_number
    return Waiver(
        id=f"{registration.id}-w{len(file.waivers) + 1}",
        registration_id=registration.id,
        person_id=registration.person_id,
        holder=registration.holder if number is None else payer_of(file, number).facts.name,
        kind=asked.kind,
        amount_cents=asked.amount_cents,
        reason=asked.reason.strip(),
        document=asked.document.strip(),
        proposed_by=by.id,
        proposed_at=now,
        invoice_number=number,
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
    rest = waivable_cents(file, waiver.invoice_number)
    if rest < waiver.amount_cents or (
        waiver.kind is WaiverKind.UNCOLLECTABLE and rest != waiver.amount_cents
    ):
        raise RestChanged(rest)
    if waiver.invoice_number is not None:
        return _given_up_of_payer(file, waiver, waiver.invoice_number)
    require_no_debit(file)
    before = file.registration
    registration = replace(
        counted(before),
        written_off_cents=before.written_off_cents + waiver.amount_cents,
        part_paid=before.part_paid and rest != waiver.amount_cents,
    )
    relief = relieve(replace(file, registration=registration), now)
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


def _given_up_of_payer(file: RegistrationFile, waiver: Waiver, invoice_number: int) -> Changes:
    """Return the payer that owes less: it is reminded of the rest alone, and the student owes none of it."""
    books = file.of_payers.of_invoice(invoice_number)
    then = replace(books, waivers=(*books.waivers, waiver))
    payer = standing(payer_of(file, invoice_number), then)
    return Changes((waiver, payer, counted(file.registration)))
