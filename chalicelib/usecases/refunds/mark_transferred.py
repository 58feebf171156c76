from dataclasses import replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.booking import refund_mail
from chalicelib.domain.refunds.coverage import covers
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.domain.refunds.refusals import IbanMissing, RefundLapsed, RefundNotReady
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.refunds.acts import open_transfer, write
from chalicelib.usecases.refunds.ports import RefundPorts
from chalicelib.usecases.refunds.send_refund import let_lapse


def mark_transferred(ports: RefundPorts, refund_id: str, by: Person) -> Refund:
    """Record that the transfer was handed to the bank, and tell the student.

    One that the money of the registration does not cover any more lapses instead.
    """
    permit(by, Action.REFUND, person_of(refund_id))
    opened, now = open_transfer(ports, refund_id), ports.now()
    refund = opened.refund
    if refund.state is not RefundState.APPROVED:
        raise RefundNotReady
    if not covers(opened.file, refund):
        let_lapse(ports, opened, by.id)
        raise RefundLapsed
    if not refund.iban:
        raise IbanMissing
    sent = replace(refund, state=RefundState.SENT, sent_at=now, version=refund.version + 1)
    changes = Changes((sent,), outbox=(refund_mail(sent, now),), unchanged=(opened.file.registration,))
    write(ports, opened.file, changes, Act.REFUND_TRANSFERRED, by.id, sent)
    return sent
