from contextlib import suppress

from chalicelib.domain.access import Action, permit
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.preparation import approve, decline, require_decidable, stands
from chalicelib.domain.refunds.refund import Refund
from chalicelib.domain.refunds.refusals import RefundLapsed
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.credits.set_off_credits import set_off_anew
from chalicelib.usecases.races import again
from chalicelib.usecases.refunds.acts import open_refund, write
from chalicelib.usecases.refunds.ports import RefundPorts
from chalicelib.usecases.refunds.send_refund import let_lapse, send_refund


def decide_refund(
    ports: RefundPorts,
    refund_id: str,
    by: Person,
    reason: str,
    sheet_hash: str | None,
    *,
    is_approved: bool,
) -> Refund:
    """Record a second person's decision on the frozen sheet; an approved card refund is sent at once.

    If anything moved in the account the refund lapses instead.
    """
    permit(by, Action.REFUND, person_of(refund_id))
    again(lambda: _decide(ports, refund_id, by, reason, sheet_hash, is_approved=is_approved))
    if is_approved:
        with suppress(ConcurrentUpdate):  # the next reconciliation goes on
            send_refund(ports, refund_id)
    return open_refund(ports, refund_id).refund


def _decide(
    ports: RefundPorts, refund_id: str, by: Person, reason: str, sheet_hash: str | None, *, is_approved: bool
) -> None:
    opened = open_refund(ports, refund_id)
    require_decidable(opened.refund, by, sheet_hash)
    file, refund, now = opened.file, opened.refund, ports.now()
    if not is_approved:
        write(ports, file, decline(file, refund, by, reason, now), Act.REFUND_DECLINED, by.id, refund, reason)
        set_off_anew(ports, refund.registration_id)
        return
    if not stands(file, refund):
        let_lapse(ports, opened, by.id)
        raise RefundLapsed
    write(ports, file, approve(file, refund, by, reason, now), Act.REFUND_APPROVED, by.id, refund, reason)
