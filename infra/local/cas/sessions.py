"""Sessions and tickets (specification, part 3), in memory alone: a stop ends them all."""

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

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
    """`now` answers aware datetimes and may be moved."""

    def __init__(self, accounts: Mapping[str, Account], now: Callable[[], datetime]) -> None:
        self._accounts = accounts
        self.now = now
        self._lock = threading.Lock()
        self._numbers = count(1)
        self.forget()

    def forget(self) -> None:
        with self._lock:
            self._sessions: dict[str, Session] = {}
            self._tickets: dict[str, ServiceTicket] = {}
            self._forms: dict[str, datetime] = {}

    def account(self, user: str, password: str) -> Account | None:
        """Whose password this is."""
        account = self._accounts.get(user)
        expected = account.password if account else secrets.token_hex()
        return account if secrets.compare_digest(password.encode(), expected.encode()) else None

    def issue_form(self) -> str:
        """A login ticket, good for one attempt (3.5)."""
        now = self.now()
        with self._lock:
            self._forms = {form: at for form, at in self._forms.items() if _lives(at, FORM_LIFE, now)}
            form = self._new("LT")
            self._forms[form] = now
        return form

    def take_form(self, form: str) -> bool:
        with self._lock:
            issued_at = self._forms.pop(form, None)
        return issued_at is not None and _lives(issued_at, FORM_LIFE, self.now())

    def begin(self, account: Account, *, warns: bool) -> Session:
        now = self.now()
        with self._lock:
            session = Session(self._new("TGT"), account, now, now, warns)
            self._sessions[session.id] = session
        return session

    def find(self, session_id: str) -> Session | None:
        with self._lock:
            session = self._sessions.get(session_id)
        return session if session and _lives(session.began_at, SESSION_LIFE, self.now()) else None

    def end(self, session_id: str) -> list[Visit]:
        """Forget the session; its unused tickets die with it. What it visited is to be told."""
        with self._lock:
            session = self._sessions.pop(session_id, None)
            visits = session.visits if session else []
            for visit in visits:
                self._tickets.pop(visit.ticket, None)
        return visits

    def renew(self, session: Session, *, warns: bool) -> None:
        """Its user has just typed the password again."""
        session.authenticated_at = self.now()
        session.warns = warns

    def issue_ticket(self, session: Session, service: str, *, is_fresh: bool) -> str:
        now = self.now()
        with self._lock:
            self._tickets = {
                name: each for name, each in self._tickets.items() if _lives(each.issued_at, TICKET_LIFE, now)
            }
            name = self._new("ST")
            self._tickets[name] = ServiceTicket(
                session.account, service, now, session.authenticated_at, is_fresh
            )
            session.visits.append(Visit(service, name))
        return name

    def take_ticket(self, name: str) -> ServiceTicket | None:
        """The ticket, spent by this very look; None when it is unknown, spent or too old."""
        with self._lock:
            ticket = self._tickets.pop(name, None)
        return ticket if ticket and _lives(ticket.issued_at, TICKET_LIFE, self.now()) else None

    def _new(self, kind: str) -> str:
        return f"{kind}-{next(self._numbers)}-{secrets.token_hex(24)}"


def _lives(since: datetime, life: timedelta, now: datetime) -> bool:
    """Also after the clock was moved back: what is not yet issued is not alive."""
    return since <= now < since + life
