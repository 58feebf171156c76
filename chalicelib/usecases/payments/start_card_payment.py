import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime

from chalicelib.correlation import correlated
from chalicelib.domain.account import Account
from chalicelib.domain.causes import PaymentOutdated
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.errors import (
    AddressMissing,
    IdempotencyKeyReused,
    NotFound,
    PaymentOpen,
)
from chalicelib.domain.fees import owed_of_withdrawn, payable_lines, rest_lines
from chalicelib.domain.languages import Language
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.parties import client_of
from chalicelib.domain.payments import Attempt, PaymentPage, PlanTerms, resumed
from chalicelib.domain.people import Address
from chalicelib.domain.plan.instalment_pages import instalment_page
from chalicelib.domain.plan.instalments import Instalment, held
from chalicelib.domain.plan.plan_requests import require_as_read
from chalicelib.domain.registration import counted
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.usecases.brakes.require_payments import require_payments
from chalicelib.usecases.credits.set_off_credits import set_off_credits
from chalicelib.usecases.payments.choose_address import AddressChoice, choose_address, digest
from chalicelib.usecases.payments.ports import PaymentPorts
from chalicelib.usecases.payments.suspects import was_any_paid, was_paid
from chalicelib.usecases.races import again
from chalicelib.usecases.registrations.show_account import open_file


@dataclass(frozen=True)
class StartedPayment:
    """An attempt with a new form; `is_resumed` is set if the attempt was open already."""

    attempt: Attempt
    page: PaymentPage
    is_resumed: bool = False


@dataclass(frozen=True)
class _Request:
    registration_id: str
    choice: AddressChoice
    key: str | None
    rank: int | None
    rest: bool = False
    seen_hash: str | None = None
    language: Language | None = None

    @property
    def hash(self) -> str:
        target = "rest" if self.rest else self.rank
        return digest([self.registration_id, asdict(self.choice), target])[:32]

    @property
    def keyed_id(self) -> str | None:
        key = hashlib.sha256(self.key.encode()).hexdigest()[:16] if self.key else None
        return f"{self.registration_id}-{key}" if key else None


@dataclass(frozen=True)
class _Wanted:
    amount_cents: int
    lines: tuple[FeeLine, ...]
    terms: PlanTerms | None = None
    instalment: Instalment | None = None

    def is_of(self, attempt: Attempt) -> bool:
        """Return True if the attempt's page asks for the same.

        A reference is for one amount and one schedule.
        """
        return (self.amount_cents, self.terms) == (attempt.amount_cents, attempt.terms)


def start_card_payment(  # noqa: PLR0913 - what is paid, how, and what was read of it
    ports: PaymentPorts,
    person_id: str,
    registration_id: str,
    choice: AddressChoice,
    key: str | None,
    rank: int | None = None,
    *,
    rest: bool = False,
    seen_hash: str | None = None,
    language: Language | None = None,
) -> StartedPayment:
    """Open the gateway's page for all that a registration owes, or for one instalment of it.

    `rest` pays the rest of a begun plan at once. `seen_hash` is that of the schedule that was read, None if
    unknown. Raise `PlanMoved` if the plan is another. `language` is that of the gateway's page, None for the
    person's own; the same request in another language is the same request.

    There is one open attempt a target: starting again while it is open resumes it, under the reference that
    the gateway lets pay once. The rules of a new start hold for both. The id of an attempt contains the
    idempotency `key` that started it, so the same request finds it again while it is open.
    """
    request = _Request(registration_id, choice, key, rank, rest, seen_hash, language)
    return again(lambda: _start(ports, person_id, request), ports.pause)


def resume_card_payment(
    ports: PaymentPorts, person_id: str, attempt_id: str, language: Language | None = None
) -> StartedPayment | None:
    """Make a new form for an open attempt, by the rules of a start; return None if the attempt is over."""
    return again(lambda: _resume_by_id(ports, person_id, attempt_id, language), ports.pause)


def _start(ports: PaymentPorts, person_id: str, request: _Request) -> StartedPayment:
    account = ports.accounts.account(person_id)
    file = open_file(ports, account, request.registration_id)
    keyed = account.attempt(request.keyed_id) if request.keyed_id else None
    if keyed and keyed.request_hash != request.hash:
        raise IdempotencyKeyReused
    attempt = keyed if keyed and keyed.is_open else file.open_attempt(request.rank)
    if was_any_paid(ports, account, file, attempt):
        return _start(ports, person_id, request)
    require_as_read(file.plan_request, request.seen_hash)
    if not attempt and set_off_credits(ports, account, file):
        return _start(ports, person_id, request)
    address = choose_address(account, request.choice)
    started = (
        _resume(ports, file, account, attempt, address, request.language)
        if attempt
        else _begin(ports, file, account, request, address, is_first=keyed is None)
    )
    if address and request.choice.keep:
        ports.people.save_address(person_id, address)
    return started


def _resume_by_id(
    ports: PaymentPorts, person_id: str, attempt_id: str, language: Language | None
) -> StartedPayment | None:
    account = ports.accounts.account(person_id)
    attempt = account.attempt(attempt_id)
    if attempt is None:
        raise NotFound
    if not attempt.is_open:
        return None
    if attempt.link:  # another person's: its payer resumes it by the link
        raise PaymentOpen
    if was_paid(ports, account, attempt):
        return _resume_by_id(ports, person_id, attempt_id, language)
    file = open_file(ports, account, attempt.registration_id)
    return _resume(ports, file, account, attempt, attempt.address, language)


def _resume(
    ports: PaymentPorts,
    file: RegistrationFile,
    account: Account,
    attempt: Attempt,
    address: Address | None,
    language: Language | None,
) -> StartedPayment:
    is_rest = attempt.rank is None and file.has_started_plan
    wanted = _wanted(file, attempt.rank, attempt.reference, ports.now(), is_rest=is_rest)
    if not wanted.is_of(attempt):
        raise PaymentOutdated(wanted.amount_cents)
    again = resumed(attempt, address, ports.now())
    page = _page(ports, file, account, again, language)
    with correlated(attempt.correlation_id):
        ports.store.commit(Changes((again,), unchanged=(file.registration,)))
    return StartedPayment(again, page, is_resumed=True)


def _begin(
    ports: PaymentPorts,
    file: RegistrationFile,
    account: Account,
    request: _Request,
    address: Address | None,
    *,
    is_first: bool,
) -> StartedPayment:
    """Write the attempt before its form is returned.

    Of two at once the registration's version lets one through.
    """
    registration = file.registration
    new_id = f"{registration.id}-{ports.new_id()}"
    attempt_id = request.keyed_id if request.keyed_id and is_first else new_id
    reference = ports.gateway.reference(attempt_id)
    wanted = _wanted(file, request.rank, reference, ports.now(), is_rest=request.rest)
    attempt = Attempt(
        id=attempt_id,
        registration_id=registration.id,
        person_id=registration.person_id,
        reference=reference,
        amount_cents=wanted.amount_cents,
        fee_situation_code=registration.fee_situation_code or "",
        lines=wanted.lines,
        started_at=ports.now(),
        request_hash=request.hash,
        address=address,
        terms=wanted.terms,
    )
    page = _page(ports, file, account, attempt, request.language)
    late = held(wanted.instalment, attempt_id) if wanted.instalment else None
    ports.store.commit(Changes(existing(attempt, late, counted(registration))))
    return StartedPayment(attempt, page)


def _page(
    ports: PaymentPorts,
    file: RegistrationFile,
    account: Account,
    attempt: Attempt,
    language: Language | None,
) -> PaymentPage:
    """Return the gateway's page; raise `AddressMissing` if the invoice would have no client's address.

    Raise `PaymentsStopped` while an operator stops payments.
    """
    require_payments(ports)
    person = account.person
    if client_of(person, attempt.address).address is None:
        raise AddressMissing
    return ports.gateway.payment_page(attempt, person, file.campaign.school, language or person.language)


def _wanted(
    file: RegistrationFile, rank: int | None, reference: str, now: datetime, *, is_rest: bool
) -> _Wanted:
    """Return the request for all at once or for one instalment.

    The attempt's reference names the subscriber, a new one for each attempt.
    """
    wanted = _target(file, rank, reference, now, is_rest=is_rest)
    # Of a plan that runs, what each page may bring is taken off the others.
    if not file.has_started_plan or owed_of_withdrawn(file):
        file.require_no_page_beside(rank)
    return wanted


def _target(
    file: RegistrationFile, rank: int | None, reference: str, now: datetime, *, is_rest: bool
) -> _Wanted:
    if rank is None:
        lines = rest_lines(file, now) if is_rest else payable_lines(file, now)
        return _Wanted(totals(lines).total_cents, lines)
    page = instalment_page(file, rank, reference, now)
    return _Wanted(page.amount_cents, page.lines, page.terms, page.instalment)
