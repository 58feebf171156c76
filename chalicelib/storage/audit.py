"""Rows of the audit trail.

Waiting entries, stored with their change, and the chain, in blocks read in order.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import chain, count, islice, takewhile

from pynamodb.transactions import TransactWrite

from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.trail.audit import (
    FORGETTING,
    AuditEntry,
    AuditRecord,
    Head,
    RecordUnreadable,
    forgotten,
)
from chalicelib.storage.keys import AUDIT_WAITING
from chalicelib.storage.kinds import row_of
from chalicelib.storage.table import Row, Table, load

BLOCK = 1000
"""Records a partition; it must never change."""


def _record_row(table: Table, record: AuditRecord) -> Row:
    place = _place(record.number)
    block = _block((record.number - 1) // BLOCK)
    return table.new(block, place, record, queue_pk=records_of(record.subject_id), queue_sk=place)


def _block(rank: int) -> str:
    return f"AUDIT#{rank:09}"


def _place(number: int) -> str:
    return f"{number:012}"


def records_of(subject_id: str) -> str:
    return f"AUDIT#{subject_id}"


class DynamoAuditTrail:
    """The audit trail. The end of the chain is one row with the last record's number as version.

    A sealing that writes this row at the expected version wins; any other gets `ConcurrentUpdate`.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def waiting(self, limit: int) -> Sequence[AuditEntry]:
        return tuple(islice(self._table.readable(AuditEntry, self._table.queue(AUDIT_WAITING)), limit))

    def head(self) -> Head | None:
        row = self._table.get("AUDIT#HEAD", "HEAD")
        return load(Head, row) if row else None

    def append(self, records: Sequence[AuditRecord], after: Head | None, day: date) -> None:
        end = Head(records[-1].number, records[-1].hash, day)
        with self._table.transaction() as write:
            write.save(
                self._table.new("AUDIT#HEAD", "HEAD", end, version=end.number),
                condition=self._table.at_version(after.number) if after else self._table.absent,
            )
            for record in records:
                self._seal(write, record)

    def _seal(self, write: TransactWrite, record: AuditRecord) -> None:
        write.save(_record_row(self._table, record), condition=self._table.absent)
        write.delete(
            self._table.row(f"AUDIT#ENTRY#{record.id}", "ENTRY"), condition=self._table.row.pk.exists()
        )

    def records(self, from_number: int, to_number: int | None = None) -> Iterable[AuditRecord]:
        """Read block after block; the first empty one ends the chain."""
        last = (to_number - 1) // BLOCK if to_number else None
        for block in takewhile(lambda rank: last is None or rank <= last, count((from_number - 1) // BLOCK)):
            rows = iter(self._rows(block, from_number, to_number))
            first = next(rows, None)
            if first is None:
                return
            yield from map(_record, chain((first,), rows))

    def _rows(self, block: int, from_number: int, to_number: int | None) -> Iterable[Row]:
        row, start = self._table.row, _place(from_number)
        condition = row.sk.between(start, _place(to_number)) if to_number else row.sk >= start
        return row.query(_block(block), condition, consistent_read=True)

    def of_subject(self, subject_id: str, after: str | None) -> tuple[Sequence[AuditRecord], str | None]:
        page, cursor = self._table.page(records_of(subject_id), after)
        return tuple(load(AuditRecord, row) for row in page), cursor

    def forget_reasons(self, subject_id: str) -> None:
        for entry in self._table.readable(AuditEntry, self._table.queue(AUDIT_WAITING)):
            if entry.subject_id == subject_id and entry.reason and entry.act not in FORGETTING:
                self._rewrite(row_of(self._table, replace(entry, reason="")))
        for row in self._table.queue(records_of(subject_id)):
            record = load(AuditRecord, row)
            if record.act not in FORGETTING and not record.is_forgotten:
                self._rewrite(_record_row(self._table, forgotten(record)))

    def _rewrite(self, row: Row) -> None:
        """Replace an existing row: an entry sealed in the meantime is not written again."""
        with suppress(ConcurrentUpdate):
            self._table.put(row, self._table.row.pk.exists())


def _record(row: Row) -> AuditRecord:
    """Load a record; raise `RecordUnreadable` if it cannot be loaded, or is not stored under its own keys."""
    try:
        record = load(AuditRecord, row)
    except ValueError as error:
        raise RecordUnreadable from error
    if (row.queue_pk, row.queue_sk) != (records_of(record.subject_id), row.sk):
        raise RecordUnreadable(record)
    return record
