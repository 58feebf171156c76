"""What the bank takes back: a cheque or transfer returned unpaid, a card payment disputed by its holder."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chalicelib.domain.account import Account
from chalicelib.domain.books.allocation import after, allocate
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes, Row
from chalicelib.domain.collection.disputes import Dispute, DisputeReason, DisputeStage, staged
from chalicelib.domain.collection.refusals import (
    AlreadyBounced,
    AlreadyRefunded,
    DisputeClosed,
    DisputeMisdated,
    DisputeMissing,
    DisputeNotOfCard,
    HeldOtherwise,
    RefundUnderWay,
)
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.owed import owing, unplanned_cents
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.plan.instalments import Event, Instalment, InstalmentState, moved
from chalicelib.domain.plan.stopped_plans import require_nothing_in_flight, require_reason, stop
from chalicelib.domain.refunds.coverage import cancelled_mails, due_cents, without_uncovered
from chalicelib.domain.refunds.refund import ended_of
from chalicelib.domain.registration import RegistrationStatus, counted
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.stored_cards import card_removals, cards_to_forget

BOUNCED = "bounced"
"""The code of an instalment that is in arrears since its payment was taken back."""
LONGEST_DISPUTE = timedelta(days=365)
"""Card schemes give weeks for an answer: a later day is a typing error."""


@dataclass(frozen=True)
class BankReturn:
    """What the bank says: the amount it takes back, why, and of a dispute the group of reasons and last day.

    `reason` is as the bank words it. `undone_line` is the statement line by which the payment was booked on a
    wrong account: accounting takes it back then, and the money is on 471.
    """

    amount_cents: int
    reason: str
    dispute: DisputeReason | None = None
    due_on: date | None = None
    undone_line: str = ""


def require_returnable(file: RegistrationFile, payment: Payment, returned: BankReturn, today: date) -> None:
    """Raise unless the bank can have taken back exactly what is held of the payment."""
    require_reason(returned.reason)
    if payment.bounced_cents:
        raise AlreadyBounced
    if payment.kept_cents <= 0:
        raise AlreadyRefunded(payment.refunded_cents)
    if any(refund.payment_id == payment.id and refund.is_in_flight for refund in file.refunds):
        raise RefundUnderWay
    if returned.amount_cents != payment.kept_cents:
        raise HeldOtherwise(payment.kept_cents)
    is_card = payment.method is PaymentMethod.CARD
    if is_card and not (returned.dispute and returned.due_on):
        raise DisputeMissing
    if not is_card and (returned.dispute or returned.due_on):
        raise DisputeNotOfCard
    latest = today + LONGEST_DISPUTE
    if returned.due_on and not today <= returned.due_on <= latest:
        raise DisputeMisdated(today, latest)


def take_back(
    file: RegistrationFile, payment: Payment, returned: BankReturn, by: str, now: datetime
) -> Changes:
    """Return the rows and the mail: the payment holds nothing, and what it paid is owed again.

    Earlier credits pay it as far as they go.

    Instalments that it paid are in arrears: they are not debited again without the student. A file that was
    given up, whose plan has ended, owes one sum. A dispute stops the plan and blocks the registration until
    accounting has looked into it. Raise `DebitInFlight` or `DebitInConflict` while a debit takes only what is
    left of an instalment that the payment paid in part.
    """
    gone = taken(payment, returned, now)
    held = _without_refunds(_with(file, gone), payment, now)
    then = held if _is_withdrawn(file) else _opened_again(held, payment, now)
    if unplanned_cents(then) > 0:
        require_nothing_in_flight(then)
    settled = after(then, allocate(then, now))
    registration = owing(counted(settled.registration), settled)
    rows: tuple[Row, ...] = tuple(_changed(file, settled))
    rows += tuple(each for each in held.refunds if each not in file.refunds)
    others = cancelled_mails(file, held, now)
    if gone.dispute is None:
        topic = Topic.RECEIPT_UNDONE if gone.undone_line else Topic.PAYMENT_BOUNCED
        mail = _mail(topic, gone, file, now)
        return Changes((*rows, registration), outbox=(mail, *others))
    reason = file.registration.block_reason or returned.reason
    blocked = replace(registration, blocked=True, block_reason=reason)
    mail = _mail(Topic.PAYMENT_DISPUTED, gone, file, now)
    return Changes((*rows, blocked, *_stopped(settled, returned.reason, by, now)), outbox=(mail, *others))


def _without_refunds(file: RegistrationFile, payment: Payment, now: datetime) -> RegistrationFile:
    """Return the file without waiting refunds of the payment, and without those that are not covered."""
    over = {each.id: each for each in ended_of(file.refunds, payment.id, now)}
    ended = replace(file, refunds=tuple(over.get(each.id, each) for each in file.refunds))
    return without_uncovered(ended, due_cents(ended), now)


def _is_withdrawn(file: RegistrationFile) -> bool:
    return file.registration.status is RegistrationStatus.WITHDRAWN


def _opened_again(file: RegistrationFile, payment: Payment, now: datetime) -> RegistrationFile:
    return _after(file, tuple(_reopened(file, payment, now)))


def _changed(before: RegistrationFile, settled: RegistrationFile) -> Iterator[Row]:
    """Yield the next versions of payments and instalments: one of each, however many steps changed it."""
    payments = {each.id: each for each in before.payments}
    for payment in settled.payments:
        if payment != payments[payment.id]:
            yield replace(payment, version=payments[payment.id].version + 1)
    instalments = {each.id: each for each in before.instalments}
    for each in settled.instalments:
        if each != instalments[each.id]:
            yield replace(each, version=instalments[each.id].version + 1)


def stage(
    account: Account, file: RegistrationFile, payment: Payment, to: DisputeStage, now: datetime
) -> Changes:
    """Return the rows of a dispute's next stage; a won one brings the money back, which pays what is owed."""
    if payment.dispute is None:
        raise DisputeClosed("")
    next_version = replace(payment, dispute=staged(payment.dispute, to, now), version=payment.version + 1)
    if to is not DisputeStage.WON:
        return Changes((next_version, counted(file.registration)))
    return _reinstated(account, file, next_version, now)


def _reinstated(account: Account, file: RegistrationFile, payment: Payment, now: datetime) -> Changes:
    held = replace(payment, bounced_cents=0)
    back = _with(file, held)
    mail = _mail(Topic.PAYMENT_REINSTATED, payment, file, now)
    allocation = allocate(back, now)
    found = {each.id: each for each in allocation.payments}
    kept = replace(found.pop(held.id, held), version=held.version)
    registration = counted(file.registration)
    is_owed = registration.part_paid and allocation.owed_cents > 0
    cards = cards_to_forget(account, registration.id, allocation.instalments)
    removals = card_removals(account, registration.id, cards, f"{held.name}-{held.version}", now)
    rows: tuple[Row, ...] = (
        kept,
        *found.values(),
        *allocation.instalments,
        replace(registration, part_paid=is_owed),
    )
    return Changes(rows, outbox=(mail, *removals))


def taken(payment: Payment, returned: BankReturn, now: datetime) -> Payment:
    """Return the payment after the bank took all of it back: it pays nothing."""
    opened = None
    if returned.dispute and returned.due_on:
        opened = Dispute(returned.dispute, returned.due_on, now)
    return replace(
        payment,
        allocated_cents=0,
        refunding_cents=0,
        bounced_cents=payment.kept_cents,
        bounced_on=paris_day(now),
        bounce_reason=returned.reason,
        return_line="",
        undone_line=returned.undone_line,
        dispute=opened,
        version=payment.version + 1,
    )


def _with(file: RegistrationFile, payment: Payment) -> RegistrationFile:
    others = (each for each in file.payments if each.id != payment.id)
    return replace(file, payments=(*others, payment))


def _after(file: RegistrationFile, changed: tuple[Instalment, ...]) -> RegistrationFile:
    found = {each.id: each for each in (*file.instalments, *changed)}
    return replace(file, instalments=tuple(found.values()))


def _reopened(file: RegistrationFile, payment: Payment, now: datetime) -> Iterator[Instalment]:
    """Yield the instalments that stand again for what no payment pays any more.

    That of the payment's own page or debit comes first, then the last paid. What another payment brought for
    an instalment of its own is left to it, as far as that explains the debt.
    """
    paid = sorted(
        (each for each in file.instalments if _may_reopen(each)),
        key=lambda each: (each.rank != payment.rank, -each.rank),
    )
    opened: Counter[int] = Counter()
    for own in (_brought(file), Counter[int]()):
        for each in paid:
            missing = unplanned_cents(file) - opened.total()
            free = _received_cents(each) - own[each.rank] - opened[each.rank]
            opened[each.rank] += max(0, min(missing, free))
        if any(each.may_be_taken for each in file.instalments):
            break
    yield from (_opened(each, opened[each.rank], now) for each in paid if opened[each.rank])


def _brought(file: RegistrationFile) -> Counter[int]:
    """Return what payments pay that came for an instalment of their own, in cents by its rank."""
    brought: Counter[int] = Counter()
    for payment in file.payments:
        brought[payment.rank] += payment.allocated_cents
    return brought


def _received_cents(instalment: Instalment) -> int:
    is_paid = instalment.state is InstalmentState.PAID
    return instalment.amount_cents - instalment.credited_cents if is_paid else instalment.received_cents


def _may_reopen(instalment: Instalment) -> bool:
    """Return True unless it received nothing, is cancelled, or a debit in flight brings its amount."""
    if instalment.state is InstalmentState.PAID:
        return True
    is_over = instalment.state is InstalmentState.CANCELLED or instalment.may_be_taken
    return instalment.received_cents > 0 and not is_over


def _opened(instalment: Instalment, cents: int, now: datetime) -> Instalment:
    received_cents = _received_cents(instalment) - cents
    if instalment.state is InstalmentState.PAID:
        unpaid = {"received_cents": received_cents, "paid_at": None, "refusal_code": BOUNCED}
        return moved(instalment, Event.BOUNCED, now, **unpaid)
    return replace(instalment, received_cents=received_cents, version=instalment.version + 1)


def _stopped(file: RegistrationFile, reason: str, by: str, now: datetime) -> tuple[Row, ...]:
    """Return the started plan as stopped, nothing if there is none that still runs."""
    request = file.plan_request
    if request is None or not request.started or request.is_stopped or not file.remaining_cents:
        return ()
    return stop(file, reason, by, now).rows[:1]


def _mail(topic: Topic, payment: Payment, file: RegistrationFile, now: datetime) -> OutboxEntry:
    return OutboxEntry(
        id=f"{topic}-{payment.name}-{payment.version}",
        topic=topic,
        person_id=file.registration.person_id,
        registration_id=file.registration.id,
        created_at=now,
        amount_cents=payment.bounced_cents,
        rank=payment.rank,
        reason=payment.bounce_reason,
    )
