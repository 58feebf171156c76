from collections.abc import Sequence
from contextlib import suppress

from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.payments import Payment
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.storage.kinds import CREDITS, refunds_queue, row_of
from chalicelib.storage.table import Table


class DynamoCredits:
    """Payments are in their student's partition; those not wholly allocated are also in one queue."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def waiting(self) -> Sequence[Payment]:
        return tuple(self._table.readable(Payment, self._table.queue(CREDITS)))

    def queue_old(self) -> int:
        """Add the credits written before the queue existed to it; return how many were added.

        It scans the whole table. Safe to repeat and to interrupt.
        """
        table = self._table
        rows = table.row.scan(table.row.sk.startswith("PAYMENT#") & table.row.queue_pk.does_not_exist())
        old = [each for each in table.readable(Payment, rows) if each.is_overpayment]
        for payment in old:
            with suppress(ConcurrentUpdate):  # another writer has queued it since
                table.put(row_of(table, payment), table.at_version(1))
        return len(old)


class DynamoRefunds:
    """Refunds are in their student's partition, and in one queue a state, oldest first."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of_state(self, state: RefundState, after: str | None = None) -> tuple[Sequence[Refund], str | None]:
        page, cursor = self._table.page(refunds_queue(state), after)
        return tuple(self._table.readable(Refund, page)), cursor
