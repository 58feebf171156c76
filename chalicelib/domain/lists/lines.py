"""The line of a registration in the staff's lists: a projection of the account, kept beside it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TypeVar

from chalicelib.domain.account import Account
from chalicelib.domain.corrections.credit_notes import CreditNote
from chalicelib.domain.credits import free_cents
from chalicelib.domain.evidence.checks import Source, Verdict
from chalicelib.domain.invoices import Invoice, Order
from chalicelib.domain.lists.folding import folded, joined
from chalicelib.domain.payers.books import taken_cents
from chalicelib.domain.payments import Attempt, AttemptState, Payment
from chalicelib.domain.people import Person
from chalicelib.domain.plan.instalments import InstalmentState, Mandate
from chalicelib.domain.registration import Registration, RegistrationStatus

Owned = TypeVar("Owned", Attempt, CreditNote, Invoice, Mandate, Order, Payment)
CARD = "card"
"""The kind of a number that many cards share: its last digits."""
_REFUSED = frozenset({InstalmentState.NEEDS_PAYER, InstalmentState.ARREARS})
_UNCLEAR = frozenset({InstalmentState.UNKNOWN, InstalmentState.CONFLICT})


@dataclass(frozen=True)
class RegistrationLine:
    """What lists show, sort and find of one registration; prices of the campaign are not in it.

    `version` is that of the registration. `numbers` are pairs of a kind (`search.Why`) and a number.
    `amounts` are the amounts in cents by which it is found. `is_partial` lines know the registration alone:
    the account has not been read yet.
    """

    id: str
    person_id: str
    campaign_id: str
    holder: str
    programme_code: str
    status: RegistrationStatus
    fee_situation_code: str | None = None
    version: int = 1
    email: str = ""
    birth_on: date | None = None
    reason: str = ""
    block_reason: str = ""
    comment: str = ""
    follow_up_on: date | None = None
    seen_steps: tuple[str, ...] = ()
    ordered_cents: int | None = None
    shared_cents: int = 0
    """What third-party payers take of the price; an order is drawn without it."""
    paid_cents: int = 0
    reserved_cents: int = 0
    """What of that is reserved for refunds."""
    credit_cents: int = 0
    """What of the rest is not allocated; before an order it may be owed all the same."""
    arrears_cents: int = 0
    plan: str = ""
    is_settled: bool = False
    is_blocked: bool = False
    is_refused_debit: bool = False
    is_in_arrears: bool = False
    is_in_question: bool = False
    numbers: tuple[tuple[str, str], ...] = ()
    amounts: tuple[int, ...] = ()
    kept_cents: int = 0
    provisional_until: date | None = None
    verdicts: tuple[tuple[Source, Verdict], ...] = ()
    """What the sources of evidence answered."""
    is_partial: bool = False

    @cached_property
    def name(self) -> str:
        """The folded name; computed once, as every search compares every line."""
        return folded(self.holder)

    @cached_property
    def one_word(self) -> str:
        return self.name.replace(" ", "")

    @cached_property
    def said(self) -> str:
        """The folded comment."""
        return folded(self.comment)

    @cached_property
    def kinds(self) -> Mapping[str, tuple[str, str]]:
        """The numbers that name one file, with their kinds, by the number as it is compared."""
        return {joined(number): (kind, number) for kind, number in self.numbers if number and kind != CARD}

    @property
    def left_cents(self) -> int:
        """What the school keeps of a file that has ended; of one that was given up not what was credited."""
        is_withdrawn = self.status is RegistrationStatus.WITHDRAWN
        return min(self.kept_cents, self.ordered_cents or 0) if is_withdrawn else self.kept_cents

    @property
    def is_accepted(self) -> bool:
        return not self.is_ended

    @property
    def is_ended(self) -> bool:
        return self.status is RegistrationStatus.REFUSED or self.status is RegistrationStatus.WITHDRAWN


@dataclass(frozen=True)
class LineBook:
    """The lines of one campaign; `waiting` accounts have changed and are not projected yet."""

    lines: tuple[RegistrationLine, ...]
    waiting: int = 0


def line_of(
    account: Account, registration: Registration, names: tuple[tuple[str, str], ...] = ()
) -> RegistrationLine:
    """Return the line of one registration of an account; `names` are the person's numbers elsewhere."""
    person, registration_id = account.person, registration.id
    payments = _of(registration_id, account.payments)
    orders = _of(registration_id, account.orders)
    instalments = account.instalments_of(registration_id)
    request = account.plan_request(registration_id)
    states = {each.state for each in instalments}
    comment = account.comment(registration_id)
    return replace(
        partial_line(registration),
        is_partial=False,
        holder=_holder(person, registration),
        email=person.email,
        birth_on=person.birth_on,
        comment=comment.text,
        follow_up_on=comment.follow_up_on,
        ordered_cents=_charged_cents(account, registration_id) if orders else None,
        shared_cents=_shared_cents(account, registration_id),
        paid_cents=sum(each.kept_cents for each in payments),
        reserved_cents=sum(each.refunding_cents for each in payments),
        credit_cents=sum(map(free_cents, payments)),
        arrears_cents=sum(each.remaining_cents for each in instalments if each.state in _REFUSED),
        plan=request.state.value if request else "",
        is_refused_debit=bool(states & _REFUSED),
        is_in_arrears=InstalmentState.ARREARS in states,
        is_in_question=bool(states & _UNCLEAR) or _has_unclear(account, registration_id),
        numbers=(*names, *dict.fromkeys(_numbers(account, registration))),
        amounts=tuple(sorted(set(_amounts(account, registration_id)) - {0})),
    )


def _shared_cents(account: Account, registration_id: str) -> int:
    books = account.of_payers.of_registration(registration_id)
    return sum(taken_cents(each, books) for each in account.payers if each.registration_id == registration_id)


def _charged_cents(account: Account, registration_id: str) -> int:
    """Return the amount ordered less that of the credit notes, and less what was written off."""
    ordered = sum(each.totals.total_cents for each in _of(registration_id, account.orders))
    credited = sum(note.totals.total_cents for note in _of(registration_id, account.credit_notes))
    return ordered - credited - account.registration(registration_id).written_off_cents


def partial_line(registration: Registration) -> RegistrationLine:
    """Return a line of what the registration's own row tells."""
    return RegistrationLine(
        id=registration.id,
        person_id=registration.person_id,
        campaign_id=registration.campaign_id,
        holder=registration.holder,
        programme_code=registration.programme_code,
        status=registration.status,
        fee_situation_code=registration.fee_situation_code,
        version=registration.version,
        reason=registration.reason,
        block_reason=registration.block_reason,
        seen_steps=tuple(sorted(registration.seen_steps)),
        is_settled=registration.is_paid,
        is_blocked=registration.blocked,
        kept_cents=registration.kept_cents,
        provisional_until=registration.provisional_until,
        verdicts=tuple((each.source, each.verdict) for each in registration.evidence),
        is_partial=True,
    )


def _holder(person: Person, registration: Registration) -> str:
    """Return the name as it is now; the registration keeps the one of its opening."""
    return f"{person.last_name} {person.first_name}".strip() or registration.holder


def _has_unclear(account: Account, registration_id: str) -> bool:
    return any(each.state is AttemptState.UNKNOWN for each in _of(registration_id, account.attempts))


def _numbers(account: Account, registration: Registration) -> Iterator[tuple[str, str]]:
    """Yield the numbers by which the registration may be searched for, with the kind of each."""
    registration_id = registration.id
    yield "registration", registration_id
    yield from (("order", str(each.number)) for each in _of(registration_id, account.orders))
    yield from (("invoice", str(each.number)) for each in _of(registration_id, account.invoices))
    yield from (("invoice", str(e.number)) for e in _of(registration_id, account.of_payers.invoices))
    for payment in _of(registration_id, account.payments):
        yield "transaction", payment.transaction
        yield "call", payment.call
    for attempt in _of(registration_id, account.attempts):
        yield "attempt", attempt.reference
        yield CARD, attempt.evidence.card_last_digits
    yield from ((CARD, each.card_last_digits) for each in _of(registration_id, account.mandates))
    ranks = {each.id for each in account.instalments_of(registration_id)}
    yield from (("attempt", each.reference) for each in account.debits if each.instalment_id in ranks)


def _amounts(account: Account, registration_id: str) -> Iterator[int]:
    """Yield the amounts that a letter, a cheque or a statement may name."""
    payments = [each.amount_cents for each in _of(registration_id, account.every_payment)]
    yield from payments
    yield sum(payments)
    yield from (each.totals.total_cents for each in _of(registration_id, account.orders))
    yield from (each.totals.total_cents for each in _of(registration_id, account.of_payers.orders))
    yield from (each.amount_cents for each in account.instalments_of(registration_id))


def _of(registration_id: str, rows: Iterable[Owned]) -> list[Owned]:
    return [each for each in rows if each.registration_id == registration_id]
