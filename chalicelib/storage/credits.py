from collections.abc import Iterator, Sequence
from contextlib import suppress

from chalicelib.domain.errors import ConcurrentUpdate, NotFound
from chalicelib.domain.payments import Payment
from chalicelib.domain.plan.instalments import Instalment
from chalicelib.domain.refunds.refund import Refund, RefundState
from chalicelib.domain.refunds.transfer_files import TransferFile, TransferFileText, TransferSequence
from chalicelib.storage.keys import (
    CREDITS,
    DUE,
    LATE,
    TRANSFER_FILES,
    UNPAID,
    refunds_queue,
    transfer_sequence_place,
)
from chalicelib.storage.kinds import row_of
from chalicelib.storage.shards import shards
from chalicelib.storage.table import Kind, Table, load


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


class DynamoUnpaid:
    """What the bank took back, of which nothing is left to give back, and instalments that are late."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def listed(self, after: str | None) -> tuple[Sequence[Payment], str | None]:
        rows, cursor = self._table.page(UNPAID, after)
        return tuple(self._table.readable(Payment, rows)), cursor

    def late(self) -> Sequence[Instalment]:
        return tuple(self._of(LATE))

    def awaited(self) -> Iterator[Instalment]:
        return self._of(DUE, LATE)

    def _of(self, *queues: str) -> Iterator[Instalment]:
        rows = (row for queue in queues for shard in shards(queue) for row in self._table.queue(shard))
        return self._table.readable(Instalment, rows)


class DynamoRefunds:
    """Refunds are in their student's partition, and in one queue a state, oldest first."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of_state(self, state: RefundState, after: str | None = None) -> tuple[Sequence[Refund], str | None]:
        page, cursor = self._table.page(refunds_queue(state), after)
        return tuple(self._table.readable(Refund, page)), cursor


class DynamoTransferFiles:
    """A file and its text are two rows: the text is taken away once it may not be kept any more."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def sequence(self, series: str) -> TransferSequence:
        row = self._table.get(*transfer_sequence_place(series))
        return load(TransferSequence, row) if row else TransferSequence(series)

    def listed(self, after: str | None = None) -> tuple[Sequence[TransferFile], str | None]:
        page, cursor = self._table.page(TRANSFER_FILES, after)
        return tuple(self._table.readable(TransferFile, page)), cursor

    def find(self, file_id: str) -> TransferFile:
        return self._load(TransferFile, file_id, "FILE")

    def text(self, file_id: str) -> str:
        return self._load(TransferFileText, file_id, "TEXT").text

    def _load(self, kind: type[Kind], file_id: str, part: str) -> Kind:
        row = self._table.get(f"TRANSFER_FILE#{file_id}", part)
        if row is None:
            raise NotFound
        return load(kind, row)
