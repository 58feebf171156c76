from dataclasses import replace

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.domain.refunds.refusals import RefundNotReady
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.refunds.acts import open_transfer, write
from chalicelib.usecases.refunds.ports import RefundPorts

_BEFORE_SENDING = {RefundState.PREPARED, RefundState.APPROVED}


def give_iban(ports: RefundPorts, person_id: str, refund_id: str, iban: str) -> Refund:
    """Store the account that the student wants the money on; `iban` is checked and without spaces."""
    if person_of(refund_id) != person_id:
        raise NotFound
    opened = open_transfer(ports, refund_id)
    refund = opened.refund
    if refund.state not in _BEFORE_SENDING:
        raise RefundNotReady
    told = replace(refund, iban=iban, version=refund.version + 1)
    write(ports, opened.file, Changes((told,)), Act.IBAN_GIVEN, person_id, told)
    return told
