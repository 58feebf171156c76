from chalicelib.domain.access import Action, permit
from chalicelib.domain.account import Account
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.refunds.preparation import Asked, may_become_transfer
from chalicelib.domain.refunds.refund import Refund, RefundMethod, RefundState
from chalicelib.domain.refunds.refusals import RefundNotReady
from chalicelib.usecases.refunds.acts import open_refund
from chalicelib.usecases.refunds.ports import RefundPorts
from chalicelib.usecases.refunds.prepare_refund import named, prepare_named


def turn_into_transfer(ports: RefundPorts, refund_id: str, by: Person) -> Refund:
    """Prepare, as a transfer, a refund that could not go to its card; another person approves it.

    The way is part of the sheet that two people agree to, so the earlier approval does not stand for it.
    A refused refund gives one transfer, however often and by whomever it is asked for; another one only
    after that has ended and gave nothing back.
    """
    permit(by, Action.REFUND, person_of(refund_id))
    opened = open_refund(ports, refund_id)
    refund, payment = opened.refund, opened.payment
    earlier = _transfers_of(opened.account, refund)
    if earlier and (earlier[-1].is_live or earlier[-1].state is RefundState.DONE):
        return earlier[-1]
    if not may_become_transfer(refund, payment):
        raise RefundNotReady
    asked = Asked(refund.amount_cents, payment.refundable_cents, RefundMethod.TRANSFER, refund.reason)
    return prepare_named(ports, payment.id, asked, _name(refund, len(earlier)), by)


def _transfers_of(account: Account, refund: Refund) -> list[Refund]:
    found = list[Refund]()
    while known := account.refund(f"{refund.registration_id}-r{_name(refund, len(found))}"):
        found.append(known)
    return found


def _name(refund: Refund, ended: int) -> str:
    """Return the name of a transfer after `ended` ones that gave nothing back."""
    return named(f"transfer of {refund.id} {ended}" if ended else f"transfer of {refund.id}")
