import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.account import Account
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.errors import AddressUnknown, ConcurrentUpdate, IdempotencyKeyReused
from chalicelib.domain.fees import payable_lines
from chalicelib.domain.instalment_pages import instalment_page
from chalicelib.domain.instalments import Instalment, held
from chalicelib.domain.money import FeeLine, totals
from chalicelib.domain.payments import Attempt, PaymentPage, PlanTerms
from chalicelib.domain.people import Address
from chalicelib.domain.registration_file import RegistrationFile, file_of
from chalicelib.usecases.payments.ports import PaymentPorts


class AddressMode(StrEnum):
    SAVED = "saved"
    NEW = "new"
    NONE = "none"


@dataclass(frozen=True)
class AddressChoice:
    """Which address goes to the gateway: a saved one by `id`, a `new` one (kept if `keep`), or none."""

    mode: AddressMode
    id: str = ""
    new: Address | None = None
    keep: bool = False


@dataclass(frozen=True)
class StartedPayment:
    attempt: Attempt
    page: PaymentPage


def start_card_payment(
    ports: PaymentPorts,
    person_id: str,
    registration_id: str,
    choice: AddressChoice,
    key: str | None,
    rank: int | None = None,
) -> StartedPayment:
    """Write one attempt and return the signed form of the gateway's page.

    The attempt carries the idempotency `key` in its id, so the same request finds the same attempt again and
    gets the same form; the gateway hears of it only when the browser posts that form. Whoever loses a race,
    to the same click or to a change of the registration, looks again once.
    """
    try:
        return _start(ports, person_id, registration_id, choice, key, rank)
    except ConcurrentUpdate:
        return _start(ports, person_id, registration_id, choice, key, rank)


def _start(
    ports: PaymentPorts,
    person_id: str,
    registration_id: str,
    choice: AddressChoice,
    key: str | None,
    rank: int | None,
) -> StartedPayment:
    account = ports.accounts.account(person_id)
    registration = account.registration(registration_id)
    campaign = ports.campaigns.get(registration.campaign_id)
    request_hash = _digest(json.dumps([registration_id, asdict(choice), rank], sort_keys=True))[:32]
    attempt_id = f"{registration_id}-{_digest(key)[:16] if key else ports.new_id()}"
    attempt = account.attempt(attempt_id)
    if attempt is not None:
        if attempt.request_hash != request_hash:
            raise IdempotencyKeyReused
        return StartedPayment(
            attempt, ports.gateway.payment_page(attempt, account.person, campaign.school, "fr")
        )
    reference = ports.gateway.reference(attempt_id)
    wanted = _wanted(file_of(account, registration_id, campaign), rank, reference, ports.now())
    attempt = Attempt(
        id=attempt_id,
        registration_id=registration_id,
        person_id=person_id,
        reference=reference,
        amount_cents=wanted.amount_cents,
        fee_situation_code=registration.fee_situation_code or "",
        lines=wanted.lines,
        started_at=ports.now(),
        request_hash=request_hash,
        address=_address(account, choice),
        terms=wanted.terms,
    )
    page = ports.gateway.payment_page(attempt, account.person, campaign.school, "fr")
    late = held(wanted.instalment, attempt_id) if wanted.instalment else None
    ports.store.commit(Changes(existing(attempt, late), unchanged=(registration,)))
    if attempt.address and choice.keep:
        ports.people.save_address(person_id, attempt.address)
    return StartedPayment(attempt, page)


@dataclass(frozen=True)
class _Wanted:
    amount_cents: int
    lines: tuple[FeeLine, ...]
    terms: PlanTerms | None = None
    instalment: Instalment | None = None


def _wanted(file: RegistrationFile, rank: int | None, reference: str, now: datetime) -> _Wanted:
    """All at once, or one instalment; the attempt's own reference names the subscriber: always a new one."""
    if rank is None:
        lines = payable_lines(file, now)
        return _Wanted(totals(lines).total_cents, lines)
    page = instalment_page(file, rank, reference, now)
    return _Wanted(page.amount_cents, page.lines, page.terms, page.instalment)


def _address(account: Account, choice: AddressChoice) -> Address | None:
    if choice.mode is AddressMode.NONE:
        return None
    if choice.mode is AddressMode.NEW and choice.new:
        return replace(choice.new, id=_digest(json.dumps(asdict(choice.new), sort_keys=True))[:16])
    for address in account.person.addresses:
        if address.id == choice.id:
            return address
    raise AddressUnknown


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
