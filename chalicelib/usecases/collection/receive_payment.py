import hashlib
from collections.abc import Collection, Iterator
from dataclasses import asdict, replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.account import Account
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.collection.receipts import (
    ReceivedMoney,
    questions_of,
    receive,
    require_new,
    require_receivable,
)
from chalicelib.domain.collection.refusals import ReceiptRepeated
from chalicelib.domain.errors import IdempotencyKeyReused
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payers.receiving import require_of_payer
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act, canonical_digest
from chalicelib.domain.treasury.slips import cheque_of
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.collection.ports import CollectionPorts
from chalicelib.usecases.races import again
from chalicelib.usecases.registrations.show_account import open_file


def receive_payment(
    ports: CollectionPorts,
    registration_id: str,
    received: ReceivedMoney,
    by: Person,
    key: str | None,
    apart: Collection[str] = (),
    *,
    is_sure: bool = False,
) -> Payment:
    """Book a cheque or a transfer; the same request with the same `key` finds the payment it booked.

    Raise `ReceiptRepeated`, or its kinds, for a payment that may be the same, unless `apart` names its id.
    Who `is_sure` without naming one answers a single question.
    """
    permit(by, Action.ENTER_PAYMENT, person_of(registration_id))
    payment_id = payment_id_of(registration_id, key or ports.new_id())
    return again(
        lambda: _receive(ports, registration_id, received, payment_id, by, apart, is_sure=is_sure),
        ports.pause,
    )


def check_receipt(ports: CollectionPorts, registration_id: str, received: ReceivedMoney) -> None:
    """Raise why the registration may not receive the money."""
    account = ports.accounts.account(person_of(registration_id))
    file = open_file(ports, account, registration_id)
    require_receivable(file, received, paris_day(ports.now()))
    if received.invoice_number is not None:
        require_of_payer(file, received.amount_cents, received.invoice_number)
    require_new(_questions(ports, account, received), (), is_sure=False)


def _receive(
    ports: CollectionPorts,
    registration_id: str,
    received: ReceivedMoney,
    payment_id: str,
    by: Person,
    apart: Collection[str],
    *,
    is_sure: bool,
) -> Payment:
    account = ports.accounts.account(person_of(registration_id))
    if known := payment_with(account, payment_id):
        if known.request_hash != _digest(registration_id, received):
            raise IdempotencyKeyReused
        return known
    require_new(_questions(ports, account, received), apart, is_sure=is_sure)
    changes = receipt_of(ports, account, registration_id, received, payment_id, by)
    ports.store.commit(changes)
    return _payment_in(changes, payment_id)


def receipt_of(
    ports: CollectionPorts,
    account: Account,
    registration_id: str,
    received: ReceivedMoney,
    payment_id: str,
    by: Person,
) -> Changes:
    """Return all that a receipt writes, its audit and journal entries included, to be committed at once."""
    file = open_file(ports, account, registration_id)
    require_receivable(file, received, paris_day(ports.now()))
    asked, sequence = _digest(registration_id, received), ports.accounts.sequence(file.campaign)
    changes = receive(account, file, received, payment_id, asked, sequence, ports.now())
    if received.method is PaymentMethod.CHEQUE:
        cheque = cheque_of(_payment_in(changes, payment_id), file.campaign.numbering.series)
        changes = replace(changes, rows=(*changes.rows, cheque))
    line = {"line": received.line_id} if received.line_id else {}
    entry = audited(
        ports,
        by.id,
        Act.PAYMENT_ENTERED,
        file.registration.person_id,
        payment_id,
        amount_cents=received.amount_cents,
        method=received.method.value,
        **line,
    )
    return journaled(replace(changes, audit=entry), file, ports.now())


def _payment_in(changes: Changes, payment_id: str) -> Payment:
    return next(row for row in changes.rows if isinstance(row, Payment) and row.id == payment_id)


def _questions(
    ports: CollectionPorts, account: Account, received: ReceivedMoney
) -> Iterator[ReceiptRepeated]:
    is_cheque = received.method is PaymentMethod.CHEQUE
    known = ports.cheques.numbered(received.reference) if is_cheque else ()
    return questions_of(account, known, received)


def payment_with(account: Account, payment_id: str) -> Payment | None:
    return next((each for each in account.every_payment if each.id == payment_id), None)


def payment_id_of(registration_id: str, key: str) -> str:
    digest = hashlib.sha256(f"{registration_id} {key}".encode()).hexdigest()[:16]
    return f"{person_of(registration_id)}-m{digest}"


def _digest(registration_id: str, received: ReceivedMoney) -> str:
    told = {name: str(value) for name, value in asdict(received).items() if value is not None}
    return canonical_digest([registration_id, told])[:32]
