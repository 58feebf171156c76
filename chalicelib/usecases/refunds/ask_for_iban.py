from contextlib import suppress

from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.preparation import iban_needed
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.domain.refunds.refusals import RefundNotReady
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.refunds.acts import open_transfer, write
from chalicelib.usecases.refunds.ports import RefundPorts


def ask_for_iban(ports: RefundPorts, refund_id: str, by: Person) -> Refund:
    """Mail the student another link: the first one has expired, or was lost."""
    permit(by, Action.REFUND, person_of(refund_id))
    opened = open_transfer(ports, refund_id)
    refund = opened.refund
    if refund.state is not RefundState.APPROVED or refund.iban:
        raise RefundNotReady
    changes = Changes(outbox=(iban_needed(refund, ports.now()),))
    with suppress(ConcurrentUpdate):  # the mail of before still waits for its delivery
        write(ports, opened.file, changes, Act.IBAN_ASKED, by.id, refund)
    return refund
