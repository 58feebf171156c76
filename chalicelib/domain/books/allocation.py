"""The allocation of money received to what is owed: oldest due first, the target of a page before that."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.changes import Changes
from chalicelib.domain.credits import free_cents
from chalicelib.domain.payments import Payment
from chalicelib.domain.plan.instalments import Event, Instalment, InstalmentState, moved
from chalicelib.domain.plan.plans import SMALLEST_PART_CENTS
from chalicelib.domain.registration import RegistrationStatus, counted
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.stored_cards import card_removals, cards_to_forget

PAYABLE = frozenset({InstalmentState.DUE, InstalmentState.NEEDS_PAYER, InstalmentState.ARREARS})
_FINAL = frozenset({InstalmentState.PAID, InstalmentState.CANCELLED})


@dataclass(frozen=True)
class Allocation:
    """The next versions of the payments and instalments that an allocation changes.

    `owed_cents` is the part of the order that no payment is allocated to afterwards.
    """

    payments: tuple[Payment, ...]
    instalments: tuple[Instalment, ...]
    owed_cents: int


def allocate(file: RegistrationFile, now: datetime, rank: int | None = None) -> Allocation:
    """Allocate what is not allocated of the payments: to instalment `rank`, then to the oldest due.

    An instalment that a debit or another page may still bring money for takes none. What no instalment stands
    for, such as the rest of an order without a plan, comes last. Without an order nothing is allocated.
    """
    waiting = tuple(payment for payment in file.payments if free_cents(payment) > 0)
    free = sum(free_cents(payment) for payment in waiting)
    owed = file.charged_cents - sum(payment.allocated_cents for payment in file.payments)
    planned = sum(each.remaining_cents for each in file.instalments if each.state not in _FINAL)
    before_plan = max(0, planned - owed)  # allocated to the order before its plan began
    room = before_plan + max(0, min(free, owed))
    instalments = tuple(_paid(file.instalments, room, rank, now))
    taken = max(0, sum(_received(file, after) for after in instalments) - before_plan)
    taken += max(0, min(free - taken, owed - planned))
    payments = tuple(_drawn(file, waiting, taken))
    return Allocation(payments, instalments, owed - taken)


def after(file: RegistrationFile, allocation: Allocation) -> RegistrationFile:
    """Return the file as it is once the allocation is written."""
    payments = {each.id: each for each in (*file.payments, *allocation.payments)}
    instalments = {each.id: each for each in (*file.instalments, *allocation.instalments)}
    return replace(file, payments=tuple(payments.values()), instalments=tuple(instalments.values()))


def set_off(account: Account, file: RegistrationFile, now: datetime) -> Changes | None:
    """Return the rows that allocate earlier credits to what came to be owed since, None if there are none.

    The credits of a refused file wait to be given back; one that was given up owes what is kept.
    """
    allocation = allocate(file, now)
    if not allocation.payments or file.registration.status is RegistrationStatus.REFUSED:
        return None
    registration = counted(file.registration)
    part_paid = registration.part_paid and allocation.owed_cents > 0
    cards = cards_to_forget(account, registration.id, allocation.instalments)
    about = f"{allocation.payments[-1].name}-{registration.version}"
    return Changes(
        (*allocation.payments, *allocation.instalments, replace(registration, part_paid=part_paid)),
        outbox=card_removals(account, registration.id, cards, about, now),
    )


def _paid(
    instalments: Iterable[Instalment], free: int, rank: int | None, now: datetime
) -> Iterator[Instalment]:
    """Yield the instalments that `free` cents pay, wholly or in part; one that a page is open for waits."""
    payable = (
        each
        for each in instalments
        if each.state in PAYABLE and each.remaining_cents and (each.rank == rank or not each.open_pages)
    )
    waiting = sorted(payable, key=lambda each: (each.rank != rank, each.due_on, each.rank))
    for instalment, part in spread(free, waiting):
        if part:
            yield _received_by(instalment, part, now)


def spread(cents: int, instalments: Sequence[Instalment]) -> Iterator[tuple[Instalment, int]]:
    """Yield each instalment with what it takes of `cents`, as far as they reach, in this order.

    All but the last are left with nothing, or with what can still be debited; where the others could not take
    the difference, with what is left.
    """
    whole = max(0, min(cents, sum(each.remaining_cents for each in instalments)))
    parts = tuple(_parts(whole, instalments, least=SMALLEST_PART_CENTS))
    yield from zip(
        instalments,
        parts if sum(parts) == whole else _parts(whole, instalments, least=0),
        strict=True,
    )


def _parts(cents: int, instalments: Sequence[Instalment], *, least: int) -> Iterator[int]:
    for place, instalment in enumerate(instalments, 1):
        remaining = instalment.remaining_cents
        part = min(cents, remaining)
        if place < len(instalments) and 0 < remaining - part < least:
            part = max(0, remaining - least)
        cents -= part
        yield part


def _received_by(instalment: Instalment, cents: int, now: datetime) -> Instalment:
    if cents == instalment.remaining_cents:
        return moved(instalment, Event.PAID_BY_HAND, now, paid_at=now, open_pages=())
    received = instalment.received_cents + cents
    return replace(instalment, received_cents=received, version=instalment.version + 1)


def _received(file: RegistrationFile, after: Instalment) -> int:
    before = next(each for each in file.instalments if each.id == after.id)
    return before.remaining_cents - after.remaining_cents


def _drawn(file: RegistrationFile, waiting: Iterable[Payment], cents: int) -> Iterator[Payment]:
    """Yield the payments of which `cents` are allocated now, oldest first, with the documents they pay."""
    order, invoice = (file.orders or (None,))[-1], (file.invoices or (None,))[-1]
    for payment in sorted(waiting, key=lambda each: each.received_at):
        part = min(cents, free_cents(payment))
        if part <= 0:
            return
        cents -= part
        yield replace(
            payment,
            allocated_cents=payment.allocated_cents + part,
            order_number=order.number if order else None,
            invoice_number=invoice.number if invoice else None,
            version=payment.version + 1,
        )
