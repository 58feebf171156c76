"""What an account asks and holds after less is owed: a shorter plan, and money released to be given back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.books.allocation import PAYABLE, spread
from chalicelib.domain.campaign import Plan
from chalicelib.domain.payments import Payment
from chalicelib.domain.plan.instalments import (
    Event,
    Instalment,
    InstalmentState,
    Mandate,
    moved,
    standing_amounts,
)
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.plan.plans import schedule_hash
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.settlement import unneeded_request


@dataclass(frozen=True)
class Relief:
    """The next versions of the rows that change; `owed_cents` is what no payment is allocated to afterwards.

    The plan's hash follows its instalments if one of them was cancelled.
    """

    owed_cents: int
    payments: tuple[Payment, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    plan_request: PlanRequest | None = None
    mandate: Mandate | None = None


def relieve(file: RegistrationFile, now: datetime, invoice_number: int | None = None) -> Relief:
    """Return what changes once the file owes what it owes now: `file` has its credit notes already.

    The newest money is released first, but that of the invoice named, if any, before that of others.
    """
    allocated = sum(payment.allocated_cents for payment in file.payments)
    released = tuple(_released(file.payments, invoice_number, allocated - file.charged_cents))
    owed = max(0, file.charged_cents - allocated)
    shortened = tuple(_shortened(file.instalments, owed, now))
    relief = Relief(owed, released, shortened, unneeded_request(file, owed))
    if not any(each.state is InstalmentState.CANCELLED for each in shortened):
        return relief
    return _sealed(file, relief)


def _released(payments: Iterable[Payment], invoice_number: int | None, cents: int) -> Iterator[Payment]:
    """Yield the payments of which less is allocated now, the newest first."""
    newest = sorted(payments, key=lambda each: (each.received_at, each.id), reverse=True)
    for payment in sorted(newest, key=lambda each: each.invoice_number != invoice_number):
        part = min(cents, payment.allocated_cents)
        if part > 0:
            cents -= part
            kept = payment.allocated_cents - part
            yield replace(payment, allocated_cents=kept, version=payment.version + 1)


def _shortened(instalments: Iterable[Instalment], owed: int, now: datetime) -> Iterator[Instalment]:
    """Yield the instalments that ask less now, the one due last first; one that asks nothing is cancelled."""
    waiting = [each for each in instalments if each.state in PAYABLE and each.remaining_cents]
    excess = sum(each.remaining_cents for each in waiting) - owed
    latest = sorted(waiting, key=lambda each: (each.due_on, each.rank), reverse=True)
    for instalment, part in spread(excess, latest):
        if part:
            yield _less(instalment, part, now)


def _less(instalment: Instalment, cents: int, now: datetime) -> Instalment:
    credited = instalment.credited_cents + cents
    if cents == instalment.remaining_cents:
        return moved(instalment, Event.CANCEL, now, credited_cents=credited, open_pages=())
    return replace(instalment, credited_cents=credited, version=instalment.version + 1)


def _sealed(file: RegistrationFile, relief: Relief) -> Relief:
    """Bind the standing instalments to their hash without the cancelled ones: a debit is checked by it."""
    request, mandate, plan = file.plan_request, file.mandate, file.agreed_plan
    if request is None or mandate is None or plan is None:
        return relief
    agreed = _hash_after(file, relief, plan)
    changed = {each.id: each for each in relief.instalments}
    bound = tuple(
        _bound(each, changed.get(each.id), agreed) for each in file.instalments if _is_bound(each, changed)
    )
    return replace(
        relief,
        instalments=bound,
        plan_request=replace(request, schedule_hash=agreed, version=request.version + 1),
        mandate=replace(mandate, schedule_hash=agreed, version=mandate.version + 1),
    )


def _hash_after(file: RegistrationFile, relief: Relief, plan: Plan) -> str:
    after = {each.id: each for each in (*file.instalments, *relief.instalments)}
    return schedule_hash(plan, standing_amounts(after.values()))


def _is_bound(instalment: Instalment, changed: dict[str, Instalment]) -> bool:
    return instalment.id in changed or instalment.remaining_cents > 0


def _bound(before: Instalment, after: Instalment | None, agreed: str) -> Instalment:
    """Return the next version of a standing instalment with the hash; a cancelled one as it is."""
    if after and after.state is InstalmentState.CANCELLED:
        return after
    return replace(after or before, schedule_hash=agreed, version=before.version + 1)
