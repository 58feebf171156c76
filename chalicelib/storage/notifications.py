from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pynamodb.transactions import TransactWrite

from chalicelib.domain.errors import Superseded
from chalicelib.domain.notifications import Notification, NotificationState
from chalicelib.storage.table import Row, Table, instant, load

RECEIVED = "NOTIFICATIONS#RECEIVED"


def _row(table: Table, notification: Notification, sk: str) -> Row:
    waiting = notification.state is NotificationState.RECEIVED
    return table.new(
        f"NOTIFICATION#{notification.key}",
        sk,
        notification,
        version=1 if waiting else 2,
        queue_pk=RECEIVED if waiting else None,
        queue_sk=f"{instant(notification.received_at)}#{notification.key}" if waiting else None,
    )


def write_applied(table: Table, write: TransactWrite, notification: Notification) -> None:
    """Mark a kept message applied inside the transaction of what it changes: that happens once."""
    applied = replace(notification, state=NotificationState.APPLIED)
    write.save(_row(table, applied, "MESSAGE"), condition=table.at_version(1))


class DynamoNotifications:
    """A genuine message is kept for good under the gateway's transaction; what does not fit, beside it."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def record(self, notification: Notification) -> Notification:
        try:
            self._table.put(_row(self._table, notification, "MESSAGE"), self._table.absent)
        except Superseded:
            row = self._table.get(f"NOTIFICATION#{notification.key}", "MESSAGE")
            if row is None:
                raise
            return load(Notification, row)
        return notification

    def set_aside(self, notification: Notification) -> None:
        """Take a kept message out of the queue, or keep a contradicting one beside the first."""
        kept = self._table.get(f"NOTIFICATION#{notification.key}", "MESSAGE")
        mine = kept is not None and load(Notification, kept).digest == notification.digest
        sk = "MESSAGE" if mine else f"ASIDE#{notification.digest}"
        self._table.put(_row(self._table, notification, sk))

    def unapplied(self, received_before: datetime) -> Sequence[Notification]:
        rows = self._table.queue(RECEIVED, instant(received_before))
        return tuple(load(Notification, row) for row in rows)
