from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib.domain.changes import Changes
from chalicelib.storage.kinds import row_of, rows_of
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
                row, table = row_of(self._table, registration), self._table
                write.condition_check(
                    table.row, row.pk, row.sk, condition=table.at_version(registration.version)
                )
            for value in changes.ended:
                self._end(write, value, changes.ended_at)

    def _write(self, write: TransactWrite, value: Any) -> None:
        for row, _ in rows_of(self._table, value):
            write.save(row, condition=self._table.follows(int(row.version)))

    def _end(self, write: TransactWrite, value: Any, at: datetime) -> None:
        for row, kind in rows_of(self._table, value):
            condition = self._table.at_version(int(row.version))
            if kind.is_deleted:
                write.delete(self._table.row(row.pk, row.sk), condition=condition)
            else:
                write.save(self._table.tombstone(row.pk, row.sk, at), condition=condition)
