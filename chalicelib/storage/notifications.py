from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.notifications import Notification
from chalicelib.storage.keys import RECEIVED
from chalicelib.storage.kinds import row_of
from chalicelib.storage.table import Row, Table, instant, load


def message_row(table: Table, notification: Notification) -> Row:
    """Return the row of a notification.

    One that contradicts the first of its transaction has a row of its own.
    """
    row = row_of(table, notification)
    kept = table.get(row.pk, row.sk)
    if kept is None or load(Notification, kept).digest != notification.digest:
        row.sk = f"ASIDE#{notification.digest}"
    return row


class DynamoNotifications:
    """Genuine notifications are stored for good by transaction, contradicting ones beside them."""

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
        """Remove a stored notification from the queue, or store a contradicting one beside the first."""
        self._table.put(message_row(self._table, notification))

    def unapplied(self, received_before: datetime) -> Sequence[Notification]:
        rows = self._table.queue(RECEIVED, instant(received_before))
        return tuple(self._table.readable(Notification, rows))
