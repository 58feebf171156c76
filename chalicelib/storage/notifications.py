from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.notifications import Notification
from chalicelib.storage.kinds import RECEIVED, row_of
from chalicelib.storage.table import Row, Table, instant, load


def message_row(table: Table, notification: Notification) -> Row:
    """Return the row of a message; what contradicts the first one of its transaction has another."""
    row = row_of(table, notification)
    kept = table.get(row.pk, row.sk)
    if kept is None or load(Notification, kept).digest != notification.digest:
        row.sk = f"ASIDE#{notification.digest}"
    return row


class DynamoNotifications:
    """A genuine message is kept for good under the gateway's transaction; what does not fit, beside it."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def record(self, notification: Notification) -> Notification:
        try:
            self._table.put(row_of(self._table, notification), self._table.absent)
        except ConcurrentUpdate:
            row = self._table.get(f"NOTIFICATION#{notification.key}", "MESSAGE")
            if row is None:
                raise
            return load(Notification, row)
        return notification

    def set_aside(self, notification: Notification) -> None:
        """Take a kept message out of the queue, or keep a contradicting one beside the first."""
        self._table.put(message_row(self._table, notification))

    def unapplied(self, received_before: datetime) -> Sequence[Notification]:
        rows = self._table.queue(RECEIVED, instant(received_before))
        return tuple(self._table.readable(Notification, rows))
