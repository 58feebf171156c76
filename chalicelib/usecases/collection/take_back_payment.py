from dataclasses import replace
from datetime import datetime

from chalicelib.domain.access import Action, permit
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes
from chalicelib.domain.collection.bounces import BankReturn, require_returnable, stage, take_back
from chalicelib.domain.collection.disputes import DisputeStage, require_as_read
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payers.receiving import is_of_payer, take_back_of_payer
from chalicelib.domain.payments import Payment, PaymentMethod
from chalicelib.domain.people import Person
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.cheques.with_cheque import with_cheque
from chalicelib.usecases.collection.ports import CollectionPorts
from chalicelib.usecases.collection.receive_payment import payment_with
from chalicelib.usecases.races import again
from chalicelib.usecases.registrations.show_account import open_file


def show_payment(ports: CollectionPorts, payment_id: str) -> tuple[RegistrationFile, Payment]:
    """Return a payment and its file; raise `NotFound`."""
    account = ports.accounts.account(person_of(payment_id))
    payment = payment_with(account, payment_id)
    if payment is None:
        raise NotFound
    return open_file(ports, account, payment.registration_id), payment


def check_return(ports: CollectionPorts, payment_id: str, returned: BankReturn) -> None:
    """Raise why the bank cannot have taken back this of the payment."""
    require_returnable(*show_payment(ports, payment_id), returned, paris_day(ports.now()))


def take_back_payment(ports: CollectionPorts, payment_id: str, returned: BankReturn, by: Person) -> Payment:
    """Book that the bank took back a payment: a cheque or transfer unpaid, a card payment disputed."""
    permit(by, Action.BOUNCE_PAYMENT, person_of(payment_id))
    return again(lambda: _take_back(ports, payment_id, returned, by), ports.pause)


def stage_dispute(
    ports: CollectionPorts,
    payment_id: str,
    to: DisputeStage,
    reason: str,
    by: Person,
    opened_at: datetime | None = None,
) -> Payment:
    """Record the next stage of a dispute; a won one brings the money back.

    `opened_at` names the dispute that was read, None if unknown: of another nothing is recorded.
    """
    permit(by, Action.BOUNCE_PAYMENT, person_of(payment_id))
    return again(lambda: _stage(ports, payment_id, to, reason, by, opened_at), ports.pause)


def _take_back(ports: CollectionPorts, payment_id: str, returned: BankReturn, by: Person) -> Payment:
    file, payment = show_payment(ports, payment_id)
    require_returnable(file, payment, returned, paris_day(ports.now()))
    if is_of_payer(file, payment):
        changes = take_back_of_payer(file, payment, returned, ports.now())
    else:
        changes = take_back(file, payment, returned, by.id, ports.now())
    if payment.method is PaymentMethod.CHEQUE:
        changes = with_cheque(ports, payment, changes)
    act = Act.PAYMENT_DISPUTED if returned.dispute else Act.PAYMENT_BOUNCED
    details = {"amount_cents": returned.amount_cents, "method": payment.method.value}
    return _written(ports, file, payment, changes, act, returned.reason, by, **details)


def _stage(
    ports: CollectionPorts,
    payment_id: str,
    to: DisputeStage,
    reason: str,
    by: Person,
    opened_at: datetime | None,
) -> Payment:
    file, payment = show_payment(ports, payment_id)
    require_as_read(payment.dispute, opened_at)
    account = ports.accounts.account(person_of(payment_id))
    changes = stage(account, file, payment, to, ports.now())
    return _written(ports, file, payment, changes, Act.DISPUTE_STAGED, reason, by, stage=to.value)


def _written(
    ports: CollectionPorts,
    file: RegistrationFile,
    payment: Payment,
    changes: Changes,
    act: Act,
    reason: str,
    by: Person,
    **details: object,
) -> Payment:
    person_id = file.registration.person_id
    entry = audited(ports, by.id, act, person_id, payment.id, reason, **details)
    ports.store.commit(journaled(replace(changes, audit=entry), file, ports.now()))
    return next(row for row in changes.rows if isinstance(row, Payment) and row.id == payment.id)
