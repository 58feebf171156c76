from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.sessions import LIFETIME, Session
from chalicelib.storage.table import Row, Table, conflicts_as_concurrent_update, instant, load

TICKET_KEPT = LIFETIME + timedelta(hours=1)
"""Longer than any session that a ticket opened."""


def _session_row(table: Table, session: Session) -> Row:
    return table.new(
        f"SESSION#{session.token_hash}",
        "SESSION",
        session,
        queue_pk=sessions_of(session.person_id),
        queue_sk=f"{instant(session.opened_at)}#{session.token_hash}",
        purge_at=int(session.expires_at.timestamp()),
    )


def sessions_of(person_id: str) -> str:
    return f"SESSIONS#{person_id}"


class DynamoSessions:
    """Sessions, found by the digest of their token; the list of a person is not read consistently."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def open(self, session: Session) -> None:
        self._table.put(_session_row(self._table, session), self._table.absent)

    def find(self, token_hash: str) -> Session | None:
        row = self._table.get(f"SESSION#{token_hash}", "SESSION")
        return load(Session, row) if row else None

    def note_use(self, session: Session) -> None:
        """Replace an existing row only: an ended session never comes back."""
        self._table.put(_session_row(self._table, session), self._table.present)

    def close(self, token_hash: str) -> None:
        self._table.row(f"SESSION#{token_hash}", "SESSION").delete()

    def of_person(self, person_id: str) -> Sequence[Session]:
        rows = self._table.queue(sessions_of(person_id))
        return tuple(reversed([load(Session, row) for row in rows]))

    def claim_ticket(self, ticket_hash: str, now: datetime) -> None:
        row = self._ticket(ticket_hash)
        row.purge_at = int((now + TICKET_KEPT).timestamp())
        self._table.put(row, self._table.absent)

    def end_ticket(self, ticket_hash: str) -> None:
        ended = self._table.row.facts.set("true")
        with suppress(ConcurrentUpdate), conflicts_as_concurrent_update():
            self._ticket(ticket_hash).update(actions=[ended], condition=self._table.present)

    def is_ended(self, ticket_hash: str) -> bool:
        row = self._table.get(f"TICKET#{ticket_hash}", "TICKET")
        return row is not None and load(bool, row)

    def _ticket(self, ticket_hash: str) -> Row:
        """Return the row of a ticket, with facts False: not ended."""
        return self._table.new(f"TICKET#{ticket_hash}", "TICKET", facts=False)
