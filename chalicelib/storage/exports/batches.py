from collections.abc import Sequence

from chalicelib.domain.errors import NotFound
from chalicelib.domain.exports.batches import Batch, BatchKind, BatchSequence, BatchText, whole_text
from chalicelib.domain.exports.catch_up import JournalCatchUp
from chalicelib.domain.exports.returns import BatchReturn, no_return
from chalicelib.storage.exports.kinds import batch_place, batches_queue, catch_up_place, sequence_place
from chalicelib.storage.table import Table, load


class DynamoBatches:
    """A batch, its file and what came back of it are rows of one partition."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def sequence(self, series: str, kind: BatchKind) -> BatchSequence:
        row = self._table.get(*sequence_place(series, kind))
        return load(BatchSequence, row) if row else BatchSequence(series, kind)

    def listed(self, kind: BatchKind, after: str | None = None) -> tuple[Sequence[Batch], str | None]:
        page, cursor = self._table.page(batches_queue(kind), after)
        return tuple(self._table.readable(Batch, page)), cursor

    def find(self, batch_id: str) -> Batch:
        row = self._table.get(f"BATCH#{batch_id}", "BATCH")
        if row is None:
            raise NotFound
        return load(Batch, row)

    def text(self, batch_id: str) -> BatchText:
        rows = self._table.partition(f"BATCH#{batch_id}", "TEXT")
        return whole_text(sorted((load(BatchText, row) for row in rows), key=lambda each: each.part))

    def returned(self, batch: Batch) -> BatchReturn:
        row = self._table.get(*batch_place(batch.series, batch.kind, batch.number, "RETURN"))
        return load(BatchReturn, row) if row else no_return(batch)

    def catch_up(self, campaign_id: str) -> JournalCatchUp:
        row = self._table.get(*catch_up_place(campaign_id))
        return load(JournalCatchUp, row) if row else JournalCatchUp(campaign_id)
