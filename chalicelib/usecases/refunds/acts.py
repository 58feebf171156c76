"""The reads and writes shared by the acts on a refund."""

from dataclasses import dataclass, replace

from chalicelib.domain.account import Account
from chalicelib.domain.books.journaling import journaled
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payments import Payment
from chalicelib.domain.refunds.preparation import payment_of
from chalicelib.domain.refunds.refund import Refund
from chalicelib.domain.refunds.refusals import RefundNotReady
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.registrations.ports import RegistrationPorts
from chalicelib.usecases.registrations.show_account import open_file


@dataclass(frozen=True)
class Opened:
    """A refund with its payment and the account around it, from one read."""

    account: Account
    file: RegistrationFile
    refund: Refund
    payment: Payment

    @property
    def is_debit(self) -> bool:
        """True if the payment was taken by a debit of the stored card, not on the gateway's page."""
        return self.account.debit(self.payment.attempt_id) is not None


def open_refund(ports: RegistrationPorts, refund_id: str) -> Opened:
    """Read a refund and its account; raise `NotFound` for an unknown one."""
    account = ports.accounts.account(person_of(refund_id))
    refund = account.refund(refund_id)
    if refund is None:
        raise NotFound
    file = open_file(ports, account, refund.registration_id)
    return Opened(account, file, refund, payment_of(file, refund.payment_id))


def open_transfer(ports: RegistrationPorts, refund_id: str) -> Opened:
    """Read a refund by transfer; raise `RefundNotReady` for one by card."""
    opened = open_refund(ports, refund_id)
    if opened.refund.by_card:
        raise RefundNotReady
    return opened


def write(
    ports: RegistrationPorts,
    file: RegistrationFile,
    changes: Changes,
    act: Act,
    by: str,
    refund: Refund,
    reason: str = "",
    **details: object,
) -> None:
    """Commit the changes of one act on a refund, with its audit entry and its journal entries."""
    entry = audited(
        ports,
        by,
        act,
        refund.person_id,
        refund.id,
        reason,
        amount_cents=refund.amount_cents,
        method=refund.method,
        payment=refund.payment_id,
        sheet=refund.sheet.hash,
        **details,
    )
    ports.store.commit(journaled(replace(changes, audit=entry), file, ports.now()))
