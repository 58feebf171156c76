from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib.domain.changes import Changes
from chalicelib.domain.registration import Registration
from chalicelib.storage.kinds import KINDS, rows_of
from chalicelib.storage.lists.marks import marks_of
from chalicelib.storage.table import Table


class DynamoStore:
    """The only writer of the `Changes` of the rules."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def commit(self, changes: Changes) -> None:
        with self._table.transaction() as write:
            for value in changes.written:
                self._write(write, value)
            for registration in changes.unchanged:
                (place,) = KINDS[Registration].places(registration)
                condition = self._table.at_version(registration.version)
                write.condition_check(self._table.row, *place, condition=condition)
            for value in changes.ended:
                self._end(write, value, changes.ended_at)
            for mark in marks_of(self._table, (*changes.rows, *changes.ended)):
                write.save(mark)

    def _write(self, write: TransactWrite, value: Any) -> None:
        for row in rows_of(self._table, value):
            write.save(row, condition=self._table.follows(int(row.version)))

    def _end(self, write: TransactWrite, value: Any, at: datetime) -> None:
        kind = KINDS[type(value)]
        condition = self._table.at_version(kind.version(value))
        for place in kind.places(value):
            if kind.is_deleted:
                write.delete(self._table.row(*place), condition=condition)
            else:
                write.save(self._table.tombstone(*place, at), condition=condition)
