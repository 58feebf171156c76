from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib.correlation import correlation_id
from chalicelib.domain.changes import Changes
from chalicelib.domain.registration import Registration
from chalicelib.storage.kinds import kind_of, rows_of
from chalicelib.storage.lists.marks import marks_of
from chalicelib.storage.table import Table


def _ignore(_changes: Changes) -> None:
    """Note nothing."""


class DynamoStore:
    """The only writer of the `Changes` of the rules. `note` is called with what was committed."""

    def __init__(self, table: Table, note: Callable[[Changes], None] = _ignore) -> None:
        self._table = table
        self._note = note

    def commit(self, changes: Changes) -> None:
        self._write_all(replace(changes, correlation_id=correlation_id()))
        self._note(changes)

    def _write_all(self, changes: Changes) -> None:
        with self._table.transaction() as write:
            for value in changes.written:
                self._write(write, value)
            for registration in changes.unchanged:
                (place,) = kind_of(Registration).places(registration)
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
        kind = kind_of(type(value))
        condition = self._table.at_version(kind.version(value))
        for place in kind.places(value):
            if kind.is_deleted:
                write.delete(self._table.row(*place), condition=condition)
            else:
                write.save(self._table.tombstone(*place, at), condition=condition)
