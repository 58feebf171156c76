"""Sessions and tickets (specification, part 3), each a row of a small table: a stop ends none of them."""

import json
import secrets
import sqlite3
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

SESSION_LIFE = timedelta(hours=8)
TICKET_LIFE = timedelta(seconds=30)
FORM_LIFE = timedelta(hours=1)


class Account(NamedTuple):
    """Who may sign in; `user` is what services are told."""

    user: str
    password: str
    display_name: str
    mail: str


class Visit(NamedTuple):
    """A service and the ticket by which it was entered."""

    service: str
    ticket: str


@dataclass
class Session:
    """What a ticket-granting ticket stands for. `warns`: no service is entered unseen (2.2.1)."""

    id: str
    account: Account
    began_at: datetime
    authenticated_at: datetime
    warns: bool
    visits: list[Visit] = field(default_factory=list)


class ServiceTicket(NamedTuple):
    """`is_fresh`: issued on a password just typed, not on a running session."""

    account: Account
    service: str
    issued_at: datetime
    authenticated_at: datetime
    is_fresh: bool


class Sessions:
    """`now` answers aware datetimes and may be moved. Without `file` a stop ends all."""

    def __init__(
        self, accounts: Mapping[str, Account], now: Callable[[], datetime], file: Path | None = None
    ) -> None:
        self._accounts = accounts
        self.now = now
        self._lock = threading.Lock()
        self._rows = sqlite3.connect(file or ":memory:", check_same_thread=False, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = WAL")
        self._rows.execute("PRAGMA synchronous = NORMAL")
        self._rows.execute("CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, since REAL, told TEXT)")
        self._numbers = count(1)

    def forget(self) -> None:
        with self._lock:
            self._rows.execute("DELETE FROM kept")

    def account(self, user: str, password: str) -> Account | None:
        """Whose password this is."""
        account = self._accounts.get(user)
        expected = account.password if account else secrets.token_hex()
        return account if secrets.compare_digest(password.encode(), expected.encode()) else None

    def issue_form(self) -> str:
        """A login ticket, good for one attempt (3.5)."""
        with self._lock:
            return self._issue("LT", FORM_LIFE, {})

    def take_form(self, form: str) -> bool:
        with self._lock:
            return self._take("LT", form, FORM_LIFE) is not None

    def begin(self, account: Account, *, warns: bool) -> Session:
        now = self.now()
        with self._lock:
            session = Session(self._new("TGT"), account, now, now, warns)
            self._keep(session)
        return session

    def find(self, session_id: str) -> Session | None:
        with self._lock:
            session = self._session(session_id)
        return session if session and _lives(session.began_at, SESSION_LIFE, self.now()) else None

    def end(self, session_id: str) -> list[Visit]:
        """Forget the session; its unused tickets die with it. What it visited is to be told."""
        with self._lock:
            session = self._session(session_id)
            visits = session.visits if session else []
            for name in (session_id, *(visit.ticket for visit in visits)):
                self._rows.execute("DELETE FROM kept WHERE name = ?", (name,))
        return visits

    def renew(self, session: Session, *, warns: bool) -> None:
        """Its user has just typed the password again."""
        session.authenticated_at = self.now()
        session.warns = warns
        with self._lock:
            self._keep(session, self._session(session.id))

    def issue_ticket(self, session: Session, service: str, *, is_fresh: bool) -> str:
        told = {
            "user": session.account.user,
            "service": service,
            "authenticated_at": session.authenticated_at.isoformat(),
            "is_fresh": is_fresh,
        }
        with self._lock:
            name = self._issue("ST", TICKET_LIFE, told)
            kept = self._session(session.id) or session
            kept.visits.append(Visit(service, name))
            self._keep(kept)
        return name

    def take_ticket(self, name: str) -> ServiceTicket | None:
        """The ticket, spent by this very look; None when it is unknown, spent or too old."""
        with self._lock:
            found = self._take("ST", name, TICKET_LIFE)
        if found is None:
            return None
        issued_at, told = found
        return ServiceTicket(
            self._accounts[told["user"]],
            told["service"],
            issued_at,
            datetime.fromisoformat(told["authenticated_at"]),
            told["is_fresh"],
        )

    def _issue(self, kind: str, life: timedelta, told: dict[str, Any]) -> str:
        """Write a ticket of this kind, and forget those of the kind whose time is over."""
        now, name = self.now(), self._new(kind)
        over = (f"{kind}-%", (now - life).timestamp(), now.timestamp())
        self._rows.execute("DELETE FROM kept WHERE name LIKE ? AND (since <= ? OR since > ?)", over)
        self._put(name, now, told)
        return name

    def _take(self, kind: str, name: str, life: timedelta) -> tuple[datetime, dict[str, Any]] | None:
        """The moment and the facts of a ticket that is alive; whatever it is, it is spent."""
        found = self._row(kind, name)
        self._rows.execute("DELETE FROM kept WHERE name = ? AND name LIKE ?", (name, f"{kind}-%"))
        return found if found and _lives(found[0], life, self.now()) else None

    def _row(self, kind: str, name: str) -> tuple[datetime, dict[str, Any]] | None:
        """Since when there is such a row, and what it tells; one of a user who is gone is none."""
        sought = (name, f"{kind}-%")
        row = self._rows.execute(
            "SELECT since, told FROM kept WHERE name = ? AND name LIKE ?", sought
        ).fetchone()
        told = json.loads(row[1]) if row else {}
        is_known = row and told.get("user") in {None, *self._accounts}
        return (datetime.fromtimestamp(row[0], UTC), told) if is_known else None

    def _session(self, session_id: str) -> Session | None:
        found = self._row("TGT", session_id)
        if found is None:
            return None
        began_at, told = found
        return Session(
            session_id,
            self._accounts[told["user"]],
            began_at,
            datetime.fromisoformat(told["authenticated_at"]),
            told["warns"],
            [Visit(*each) for each in told["visits"]],
        )

    def _keep(self, session: Session, before: Session | None = None) -> None:
        """Write the session, with the visits of `before`: another tab may have made some meanwhile."""
        told = {
            "user": session.account.user,
            "authenticated_at": session.authenticated_at.isoformat(),
            "warns": session.warns,
            "visits": before.visits if before else session.visits,
        }
        self._put(session.id, session.began_at, told)

    def _put(self, name: str, since: datetime, told: dict[str, Any]) -> None:
        row = (name, since.timestamp(), json.dumps(told))
        self._rows.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", row)

    def _new(self, kind: str) -> str:
        return f"{kind}-{next(self._numbers)}-{secrets.token_hex(24)}"


def _lives(since: datetime, life: timedelta, now: datetime) -> bool:
    """Also after the clock was moved back: what is not yet issued is not alive."""
    return since <= now < since + life
