from chalicelib.domain.access import Action, permit
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.preparation import cancel
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.credits.set_off_credits import set_off_anew
from chalicelib.usecases.refunds.acts import open_refund, write
from chalicelib.usecases.refunds.ports import RefundPorts


def cancel_refund(
    ports: RefundPorts, refund_id: str, reason: str, by: Person, seen: RefundState | None = None
) -> Refund:
    """Take back the approval of a refund that nothing was sent of: neither in a file, nor at the gateway.

    Who prepared it may take that back before anybody decides. Its amount is free again, and pays what is
    owed. One person may: nothing leaves by it.
    Raise `RefundMoved` in another state than the one that was read, None if that is not known.
    """
    permit(by, Action.REFUND, person_of(refund_id))
    opened = open_refund(ports, refund_id)
    refund, changes = cancel(opened.file, opened.refund, by, reason, seen, ports.now())
    write(ports, opened.file, changes, Act.REFUND_CANCELLED, by.id, refund, refund.cancel_reason)
    set_off_anew(ports, refund.registration_id)
    return refund
