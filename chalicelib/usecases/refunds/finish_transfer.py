from dataclasses import replace

from chalicelib.domain.access import Action, permit
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.booking import ended
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.domain.refunds.refusals import RefundNotReady
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.credits.set_off_credits import set_off_anew
from chalicelib.usecases.refunds.acts import open_transfer, write
from chalicelib.usecases.refunds.ports import RefundPorts


def finish_transfer(ports: RefundPorts, refund_id: str, by: Person, *, is_done: bool) -> Refund:
    """Record that the statement shows the transfer, or that the bank returned it."""
    permit(by, Action.REFUND, person_of(refund_id))
    opened, now = open_transfer(ports, refund_id), ports.now()
    refund = opened.refund
    if refund.state is not RefundState.SENT:
        raise RefundNotReady
    state = RefundState.DONE if is_done else RefundState.REFUSED
    over = replace(refund, state=state, ended_at=now, version=refund.version + 1)
    act = Act.REFUND_DONE if is_done else Act.REFUND_REFUSED
    write(ports, opened.file, ended(opened.file, over, now), act, by.id, over)
    set_off_anew(ports, over.registration_id)
    return over
