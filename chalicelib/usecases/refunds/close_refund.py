from dataclasses import replace
from datetime import date

from chalicelib.domain.access import Action, permit
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.payments import Outcome
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.booking import ended
from chalicelib.domain.refunds.refund import ARRIVES_WITHIN, Refund, RefundState
from chalicelib.domain.refunds.refusals import GatewayStillUnclear, RefundNotReady, RefundUnreasoned
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.credits.set_off_credits import set_off_anew
from chalicelib.usecases.refunds.acts import Opened, open_refund, write
from chalicelib.usecases.refunds.ports import RefundPorts
from chalicelib.usecases.refunds.send_refund import book_refund

NOT_FOUND = "not_found"
"""The code of a refund that the gateway does not know, as a person confirmed."""


def close_refund(ports: RefundPorts, refund_id: str, reason: str, by: Person) -> Refund:
    """End an unknown refund that the gateway still does not find on a later day, an hour after its sending.

    The gateway is asked once more first: a refund that it finds is booked instead. The amount is free again.
    """
    permit(by, Action.REFUND, person_of(refund_id))
    opened = open_refund(ports, refund_id)
    refund, now = opened.refund, ports.now()
    if refund.state is not RefundState.UNKNOWN or not refund.by_card:
        raise RefundNotReady
    if not reason.strip():
        raise RefundUnreasoned
    answer = ports.gateway.inquire_refund(refund, opened.payment, ports.questions.next_question, now)
    may_arrive = paris_day(now - ARRIVES_WITHIN) <= (refund.sent_on or date.min)
    if answer.outcome is Outcome.UNKNOWN or (answer.outcome is Outcome.NOT_FOUND and may_arrive):
        raise GatewayStillUnclear
    if answer.outcome is Outcome.NOT_FOUND:
        _close(ports, opened, reason, by)
    else:
        book_refund(ports, refund, answer)
    return open_refund(ports, refund_id).refund


def _close(ports: RefundPorts, opened: Opened, reason: str, by: Person) -> None:
    now, refund = ports.now(), opened.refund
    closed = replace(
        refund, state=RefundState.REFUSED, code=NOT_FOUND, ended_at=now, version=refund.version + 1
    )
    write(ports, opened.file, ended(opened.file, closed, now), Act.REFUND_REFUSED, by.id, closed, reason)
    set_off_anew(ports, closed.registration_id)
