"""What an account asks and holds after less is owed: a shorter plan, and money released to be given back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.campaign import Plan
from chalicelib.domain.payments import Payment
from chalicelib.domain.plan.instalments import Instalment, InstalmentState, Mandate, standing_amounts
from chalicelib.domain.plan.plan_requests import PlanRequest
from chalicelib.domain.plan.plans import schedule_hash
from chalicelib.domain.plan.shortened_plans import shortened
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
    fewer = tuple(shortened(file.instalments, owed, now))
    relief = Relief(owed, released, fewer, unneeded_request(file, owed))
    if not any(each.state is InstalmentState.CANCELLED for each in fewer):
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
