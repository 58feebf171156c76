import hashlib
from dataclasses import asdict

from chalicelib.domain.access import Action, permit
from chalicelib.domain.account import Account
from chalicelib.domain.errors import IdempotencyKeyReused, NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payments import Payment
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.preparation import Asked, prepare, require_preparable, sheet_of
from chalicelib.domain.refunds.refund import Refund, Sheet
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.payments.choose_address import digest
from chalicelib.usecases.races import again
from chalicelib.usecases.refunds.acts import write
from chalicelib.usecases.refunds.ports import RefundPorts
from chalicelib.usecases.registrations.show_account import open_file


def prepare_refund(ports: RefundPorts, payment_id: str, asked: Asked, key: str | None, by: Person) -> Refund:
    """Prepare a refund of one payment; nothing is sent until a second person approves.

    The id of a refund contains the idempotency `key`, so the same request finds it again.
    """
    permit(by, Action.REFUND, person_of(payment_id))
    name = named(f"{by.id} {key}") if key else ports.new_id()
    return prepare_named(ports, payment_id, asked, name, by)


def preview_refund(ports: RefundPorts, payment_id: str, asked: Asked) -> Sheet:
    """Return the sheet that would be frozen; raise the refusal that the preparation would meet."""
    account = ports.accounts.account(person_of(payment_id))
    payment = _payment(account, payment_id)
    file = open_file(ports, account, payment.registration_id)
    require_preparable(file, payment, asked)
    return sheet_of(file, payment, asked.method, asked.amount_cents)


def named(words: str) -> str:
    """Return the name of a refund, 16 hex digits, that the same words give again."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def prepare_named(ports: RefundPorts, payment_id: str, asked: Asked, name: str, by: Person) -> Refund:
    """Prepare the refund of this name, or return it if the same request has prepared it."""
    return again(lambda: _prepare(ports, payment_id, asked, name, by))


def _prepare(ports: RefundPorts, payment_id: str, asked: Asked, name: str, by: Person) -> Refund:
    account = ports.accounts.account(person_of(payment_id))
    payment = _payment(account, payment_id)
    request_hash = digest([payment_id, asdict(asked)])[:32]
    refund_id = f"{payment.registration_id}-r{name}"
    if known := account.refund(refund_id):
        if known.request_hash != request_hash:
            raise IdempotencyKeyReused
        return known
    file = open_file(ports, account, payment.registration_id)
    refund, changes = prepare(file, payment, asked, refund_id, request_hash, by, ports.now())
    write(ports, file, changes, Act.REFUND_PREPARED, by.id, refund, refund.reason)
    return refund


def _payment(account: Account, payment_id: str) -> Payment:
    for payment in account.payments:
        if payment.id == payment_id:
            return payment
    raise NotFound
