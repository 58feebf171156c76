from collections.abc import Sequence
from contextlib import suppress

from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.payments import Payment
from chalicelib.storage.kinds import CREDITS, row_of
from chalicelib.storage.table import Table


class DynamoCredits:
    """Payments live in their student's partition; those that are not wholly allocated wait in one queue."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def waiting(self) -> Sequence[Payment]:
        return tuple(self._table.readable(Payment, self._table.queue(CREDITS)))

    def queue_old(self) -> int:
        """Put the credits that were written before the queue was into it; return how many that were.

        It reads the whole table, once; it may be repeated, and be cut short.
        """
        table = self._table
        rows = table.row.scan(table.row.sk.startswith("PAYMENT#") & table.row.queue_pk.does_not_exist())
        old = [each for each in table.readable(Payment, rows) if each.is_overpayment]
        for payment in old:
            with suppress(ConcurrentUpdate):  # whoever wrote it since has queued it
                table.put(row_of(table, payment), table.at_version(1))
        return len(old)
