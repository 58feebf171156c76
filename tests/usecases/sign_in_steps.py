"""PersonSteps at the portal's entrance, and ways to watch what is done there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import pytest

from chalicelib.domain.changes import Changes
from chalicelib.domain.errors import SessionMissing
from chalicelib.domain.outbox import Topic
from chalicelib.domain.people import Person, Role
from chalicelib.domain.sessions import Credentials, Login, Session
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.delivery.deliver_outbox import deliver_outbox
from chalicelib.usecases.passwords.request_link import request_link
from chalicelib.usecases.passwords.set_password import set_password
from chalicelib.usecases.second_factors.enrol_second_factor import confirm_second_factor, enrol_second_factor
from chalicelib.usecases.sign_in.open_session import Opened, begin_session, open_session
from chalicelib.usecases.sign_in.read_session import read_account, read_session
from tests.fakes.ports import FakePorts, PlainPasswords

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"
PASSWORD = "quatre mots sans rapport"
NEXT_PASSWORD = "huit chaussettes bleues"


@dataclass
class CountedPasswords(PlainPasswords):
    """How often something was hashed: the costly part of a log-in."""

    hashed: int = 0

    def hash(self, password: str) -> str:
        self.hashed += 1
        return super().hash(password)

    def matches(self, password: str, password_hash: str | None) -> bool:
        self.hashed += 1
        return super().matches(password, password_hash)


SESSION = "digest of a token"
"""The session that a second factor is set up in."""


@dataclass
class PersonSteps:
    """A person with a password, who may have set up a second factor."""

    ports: FakePorts
    person: Person
    password: str = PASSWORD
    secret: str = field(default="", repr=False)
    recovery: tuple[str, ...] = ()

    def logs_in(self, address: str = HERE, code: str | None = None, password: str = "") -> Opened:
        return open_session(self.ports, self.person.email, password or self.password, code, address)

    def begins(self, address: str = HERE) -> Opened:
        return begin_session(self.ports, self.person.email, self.password, address)

    def is_in(self, token: str) -> Session:
        """Return the session, which a request that shows the account reads alike."""
        try:
            read = read_session(self.ports, token)
        except SessionMissing:
            with pytest.raises(SessionMissing):
                read_account(self.ports, token)
            raise
        assert read_account(self.ports, token)[:2] == read
        return read[0]

    def gets_a_link(self, address: str = HERE, topic: Topic = Topic.PASSWORD_RESET) -> str:
        """Ask for one and open the mail; return its token."""
        earlier = set(self.ports.memory.entries)
        request_link(self.ports, self.person.email, topic, address)
        (entry_id,) = set(self.ports.memory.entries) - earlier
        deliver_outbox(self.ports, entry_id)
        return self.ports.mailer.tokens[-1]

    def sets(self, token: str, password: str = NEXT_PASSWORD, address: str = HERE, **kept: bool) -> None:
        set_password(self.ports, token, password, address, **kept)
        self.password = password

    def code(self) -> str:
        """What the authenticator shows now."""
        from pyotp import TOTP  # noqa: PLC0415 - as its authenticator would be: apart

        return TOTP(self.secret).at(self.ports.at)

    def sets_up_a_second_factor(self) -> None:
        """Enrol by this moment's code, and let the next one come: a code is taken once."""
        self.secret = enrol_second_factor(self.ports, self.person, SESSION).secret
        self.recovery = confirm_second_factor(self.ports, self.person, SESSION, self.code())
        self.ports.move(seconds=30)

    @property
    def now(self) -> Person:
        return self.ports.people.person(self.person.id)


def somebody(ports: Any, number: int, *roles: Role, email: str = "") -> PersonSteps:
    """Write a person with a password; without roles, a student."""
    person = Person(
        id=f"{number:016x}",
        email=email or f"person{number}@demo.test",
        first_name="Camille",
        last_name="TESTEUR",
        roles=frozenset(roles or {Role.STUDENT}),
    )
    credentials = Credentials(person.id, ports.passwords.hash(PASSWORD))
    ports.store.commit(Changes((person, Login(person.email, credentials))))
    return PersonSteps(ports, person)


def acts(ports: FakePorts) -> list[Act]:
    """What was done, oldest first."""
    return [entry.act for entry in ports.audit.waiting(1000)]


class Tap:
    """Notes each call of a port by name, and lets it through."""

    def __init__(self, name: str, port: Any, noted: list[str]) -> None:
        self._name, self._port, self._noted = name, port, noted

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not callable(found):
            return found

        def noted(*given: Any, **named: Any) -> Any:
            self._noted.append(f"{self._name}.{name}")
            return found(*given, **named)

        return noted


TAPPED = ("store", "people", "sessions", "limits", "passwords", "links", "outbox", "second_factors", "mailer")


def calls_of(ports: Any, act: Callable[[], object]) -> list[str]:
    """Return the calls of the ports that an act makes, in order."""
    noted: list[str] = []
    before = {name: getattr(ports, name) for name in TAPPED}
    for name, port in before.items():
        setattr(ports, name, Tap(name, port, noted))
    try:
        act()
    finally:
        for name, port in before.items():
            setattr(ports, name, port)
    return noted


def strings_in(stored: Any) -> Iterator[str]:
    """Every text in something stored, however deep."""
    if isinstance(stored, str):
        yield stored
    elif is_dataclass(stored):
        for each in fields(stored):
            yield from strings_in(getattr(stored, each.name))
    elif isinstance(stored, dict):
        for name, value in stored.items():
            yield from strings_in(name)
            yield from strings_in(value)
    elif isinstance(stored, list | tuple | set | frozenset):
        for each in stored:
            yield from strings_in(each)
