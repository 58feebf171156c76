from collections.abc import Sequence
from datetime import datetime

from pynamodb.transactions import TransactWrite

from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.notifications import Notification, NotificationState, applied
from chalicelib.storage.table import Row, Table, instant, load

RECEIVED = "NOTIFICATIONS#RECEIVED"


def messages_of(person_id: str) -> str:
    """The queue of what was said about a person's attempts, once it is applied or set aside."""
    return f"MESSAGES#{person_id}"


def message_row(table: Table, notification: Notification, sk: str) -> Row:
    waiting = notification.state is NotificationState.RECEIVED
    told_of = messages_of(notification.person_id) if notification.person_id else None
    queue_pk = RECEIVED if waiting else told_of
    return table.new(
        f"NOTIFICATION#{notification.key}",
        sk,
        notification,
        version=1 if waiting else 2,
        queue_pk=queue_pk,
        queue_sk=f"{instant(notification.received_at)}#{notification.key}" if queue_pk else None,
    )


def place_of(table: Table, notification: Notification) -> str:
    """The sort key of a message: the first one of a transaction has its own, what contradicts it another."""
    kept = table.get(f"NOTIFICATION#{notification.key}", "MESSAGE")
    is_first = kept is not None and load(Notification, kept).digest == notification.digest
    return "MESSAGE" if is_first else f"ASIDE#{notification.digest}"


def write_applied(table: Table, write: TransactWrite, notification: Notification) -> None:
    """Mark a kept message applied inside the transaction of what it changes: that happens once."""
    row = message_row(table, applied(notification), "MESSAGE")
    write.save(row, condition=table.at_version(1))


class DynamoNotifications:
    """A genuine message is kept for good under the gateway's transaction; what does not fit, beside it."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def record(self, notification: Notification) -> Notification:
        try:
            self._table.put(message_row(self._table, notification, "MESSAGE"), self._table.absent)
        except ConcurrentUpdate:
            row = self._table.get(f"NOTIFICATION#{notification.key}", "MESSAGE")
            if row is None:
                raise
            return load(Notification, row)
        return notification

    def set_aside(self, notification: Notification) -> None:
        """Take a kept message out of the queue, or keep a contradicting one beside the first."""
        self._table.put(message_row(self._table, notification, place_of(self._table, notification)))

    def unapplied(self, received_before: datetime) -> Sequence[Notification]:
        rows = self._table.queue(RECEIVED, instant(received_before))
        return tuple(self._table.readable(Notification, rows))
