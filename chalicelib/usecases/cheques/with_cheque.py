from dataclasses import replace

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.payments import Payment
from chalicelib.domain.treasury.slips import sent_back
from chalicelib.usecases.collection.ports import CollectionPorts


def with_cheque(ports: CollectionPorts, payment: Payment, changes: Changes) -> Changes:
    """Return what takes a payment back with its cheque and the slip that the cheque is on.

    The payment says whether the bank had credited it: its counter-entry is on that book.
    """
    cheque = ports.cheques.find(payment.reference, payment.id)
    if cheque is None:
        return changes
    slip = ports.cheques.slip(cheque.slip) if cheque.slip else None
    gone, locked = sent_back(cheque, slip, paris_day(ports.now()))
    is_at_bank = slip is not None and slip.credited_on is not None
    rows = tuple(
        replace(row, bounced_at_bank=is_at_bank) if isinstance(row, Payment) and row.id == payment.id else row
        for row in changes.rows
    )
    return replace(changes, rows=(*rows, gone, *existing(locked)))
