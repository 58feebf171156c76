from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice

from chalicelib.correlation import correlation_id
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.outbox import OutboxEntry, SentMail
from chalicelib.domain.trail.traced import traced
from chalicelib.storage.keys import OUTBOX_CARDS, OUTBOX_GIVEN_UP, OUTBOX_PENDING
from chalicelib.storage.kinds import row_of
from chalicelib.storage.table import Row, Table, instant, load


class DynamoOutbox:
    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, entry: OutboxEntry) -> None:
        with suppress(ConcurrentUpdate):
            self._table.put(row_of(self._table, traced(entry, correlation_id())), self._table.absent)

    def pending(self, now: datetime, limit: int | None = None) -> Sequence[OutboxEntry]:
        return tuple(islice(self._due(OUTBOX_PENDING, now), limit))

    def cards(self, now: datetime) -> Sequence[OutboxEntry]:
        return tuple(self._due(OUTBOX_CARDS, now))

    def _due(self, queue: str, now: datetime) -> Iterator[OutboxEntry]:
        after_now = instant(now + timedelta.resolution)
        return self._table.readable(OutboxEntry, self._table.queue(queue, after_now))

    def given_up(self) -> Sequence[OutboxEntry]:
        return tuple(self._table.readable(OutboxEntry, self._table.queue(OUTBOX_GIVEN_UP)))

    def find(self, entry_id: str) -> OutboxEntry | None:
        row = self._table.get(f"OUTBOX#{entry_id}", "ENTRY")
        return load(OutboxEntry, row) if row else None

    def delivered(self, entry_id: str, mail: SentMail | None = None) -> None:
        entry = self._table.row(f"OUTBOX#{entry_id}", "ENTRY")
        if mail is None:
            entry.delete()
            return
        with self._table.transaction() as write:
            write.save(mail_row(self._table, mail))
            write.delete(entry)

    def sent_to(self, person_id: str) -> Sequence[SentMail]:
        return tuple(self._table.readable(SentMail, self._table.partition(mails_of(person_id))))


def mail_row(table: Table, mail: SentMail) -> Row:
    """Return the row of a mail: in a partition beside the account, which every page reads whole."""
    purge_at = int(mail.kept_until.timestamp())
    return table.new(mails_of(mail.person_id), f"MAIL#{mail.id}", mail, purge_at=purge_at)


def mails_of(person_id: str) -> str:
    return f"MAILS#{person_id}"
