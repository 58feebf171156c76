"""What an account owes is stated anew: documents for the difference, plan, money released, refunds prepared.

The base of every correction of a file; each act says which amount is owed afterwards.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from chalicelib.domain.account import Account
from chalicelib.domain.books.allocation import after, allocate
from chalicelib.domain.changes import Changes, Row, existing
from chalicelib.domain.corrections.documents import Documents, Instruction, Numbers, after_notes, documents
from chalicelib.domain.corrections.issuing import require_no_debit
from chalicelib.domain.corrections.refusals import CorrectionDisputed
from chalicelib.domain.corrections.relief import relieve
from chalicelib.domain.credits import to_give_back
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.owed import owing
from chalicelib.domain.payments import Payment
from chalicelib.domain.plan.instalments import Instalment
from chalicelib.domain.plan.plan_requests import PlanRequest, withdraw
from chalicelib.domain.refunds.coverage import cancelled_mails, without_uncovered
from chalicelib.domain.refunds.proposals import propose, without_prepared
from chalicelib.domain.refunds.refund import Refund
from chalicelib.domain.registration import Registration
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.stored_cards import card_removals, cards_to_forget

Versioned = TypeVar("Versioned", Payment, Instalment, Refund)


def require_correctable(file: RegistrationFile) -> None:
    """Raise while a debit or a page may bring money, or its outcome is not known."""
    require_no_debit(file)
    file.require_no_open_attempt()


def restate(
    account: Account,
    before: RegistrationFile,
    registration: Registration,
    lines: tuple[FeeLine, ...],
    instruction: Instruction,
    numbers: Numbers,
    now: datetime,
) -> tuple[RegistrationFile, Changes]:
    """Return the file that owes the total of `lines`, and the rows that make it so.

    `registration` is its next version. The plan shrinks from its end and never grows: what it does not stand
    for is paid by hand. Refunds that wait for a second person lapse, and approved ones that the money does
    not cover any more; those of what is to be given back now are prepared.
    """
    due = totals(lines).total_cents - registration.written_off_cents
    started = without_prepared(replace(before, registration=registration), now)
    started = without_uncovered(started, due, now)
    drawn = documents(account, started, lines, instruction, numbers, now)
    relief = relieve(drawn.file, now)
    request = _request(drawn, relief.plan_request, totals(lines).total_cents)
    relieved = replace(
        drawn.file,
        payments=_replaced(drawn.file.payments, relief.payments),
        instalments=_replaced(drawn.file.instalments, relief.instalments),
        plan_request=request or drawn.file.plan_request,
        mandate=relief.mandate or drawn.file.mandate,
    )
    settled = after(relieved, allocate(relieved, now)) if registration.is_accepted else relieved
    settled = replace(settled, registration=_registration(settled))
    proposed = _proposed(settled, instruction, now)
    rows = (*written(before, proposed).rows, *_numbered(drawn, numbers))
    mails = (*cancelled_mails(before, proposed, now), *_cards(account, before, proposed, now))
    return proposed, Changes(rows, outbox=mails)


def _request(drawn: Documents, sealed: PlanRequest | None, cents: int) -> PlanRequest | None:
    """Return the plan's next version; one that has not begun falls with the amount that it was asked for."""
    request, file = drawn.file.plan_request, drawn.file
    if request is None or request.started or not request.is_binding:
        return sealed
    stands = file.registration.is_accepted and request.total_cents == cents and drawn.booking is None
    return sealed if stands else withdraw(request)


def _replaced(every: Iterable[Versioned], changed: Iterable[Versioned]) -> tuple[Versioned, ...]:
    by_id = {each.id: each for each in changed}
    return tuple(by_id.get(each.id, each) for each in every)


def _registration(file: RegistrationFile) -> Registration:
    """Return the registration: part paid if something is owed that no instalment stands for."""
    registration = file.registration
    return replace(registration, part_paid=registration.is_accepted and owing(registration, file).part_paid)


def _proposed(file: RegistrationFile, instruction: Instruction, now: datetime) -> RegistrationFile:
    credit = to_give_back(file)
    if credit is None:
        return file
    if any(payment.is_disputed for payment in file.payments):
        raise CorrectionDisputed
    return propose(file, credit, instruction.proposing, now)


def written(before: RegistrationFile, then: RegistrationFile) -> Changes:
    """Return the rows without numbers that differ between two states of a file: one version each."""
    return Changes(
        (
            then.registration,
            *_next(before.payments, then.payments),
            *_next(before.instalments, then.instalments),
            *_next(before.refunds, then.refunds),
            *existing(
                then.plan_request if then.plan_request is not before.plan_request else None,
                then.mandate if then.mandate is not before.mandate else None,
            ),
        )
    )


def _numbered(drawn: Documents, numbers: Numbers) -> tuple[Row, ...]:
    booking = drawn.booking
    documents = (booking.order, booking.invoice, booking.sequence) if booking else ()
    return (*drawn.notes, *((after_notes(numbers.notes, drawn.notes),) if drawn.notes else ()), *documents)


def _next(before: Iterable[Versioned], then: Iterable[Versioned]) -> Iterator[Versioned]:
    """Yield each changed row, one version after the stored one."""
    known = {each.id: each for each in before}
    for row in then:
        earlier = known.get(row.id)
        if earlier is None:
            yield row
        elif replace(row, version=earlier.version) != earlier:
            yield replace(row, version=earlier.version + 1)


def _cards(
    account: Account, before: RegistrationFile, then: RegistrationFile, now: datetime
) -> tuple[OutboxEntry, ...]:
    registration = then.registration
    changed = tuple(_next(before.instalments, then.instalments))
    cards = cards_to_forget(account, registration.id, changed) if changed else ()
    about = f"correction-{registration.id}-{registration.version}"
    return card_removals(account, registration.id, cards, about, now)
