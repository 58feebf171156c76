import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.changes import Changes, Row
from chalicelib.domain.errors import ConcurrentUpdate
from chalicelib.domain.imports.cells import mail
from chalicelib.domain.imports.mistakes import AdministratorPresent, MailNotValid
from chalicelib.domain.outbox import OutboxEntry, Topic
from chalicelib.domain.people import Person, Role, check_roles
from chalicelib.domain.sessions import Credentials, Login
from chalicelib.domain.trail.audit import OPERATOR, Act
from chalicelib.usecases.audit.ports import ActPorts
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.storage_ports import People

SEATS = ("first administrator", "second person")
"""The names from which the ids of the first two people derive: two commands at once create them once."""


class FirstPeoplePorts(ActPorts, Protocol):
    """The ports of the first people."""

    @property
    def people(self) -> People: ...


@dataclass(frozen=True)
class FirstPerson:
    """A person whom the operator of a stack names on the command line."""

    email: str
    name: str
    roles: frozenset[Role]


def create_first_administrator(
    ports: FirstPeoplePorts, first: FirstPerson, second: FirstPerson | None = None
) -> None:
    """Create the administrator of an empty stack, and with them a second person who approves roles.

    Each gets a mailed link to choose a password. Raise `AdministratorPresent` if there is or was one.
    """
    if any(each.holds(Role.ADMINISTRATOR) for each in ports.people.staff()):
        raise AdministratorPresent
    named = [first, *([second] if second else [])]
    people = [_person(seat, each) for seat, each in zip(SEATS, named, strict=False)]
    rows = tuple(row for person in people for row in _rows(person))
    links = tuple(_links(ports, people))
    roles = " ".join(sorted(people[0].roles))
    entry = audited(ports, OPERATOR, Act.ADMINISTRATOR_CREATED, people[0].id, people[-1].id, roles=roles)
    try:
        ports.store.commit(Changes(rows, entry, links))
    except ConcurrentUpdate:
        raise AdministratorPresent from None


def _person(seat: str, named: FirstPerson) -> Person:
    check_roles(named.roles)
    email = mail(named.email.strip())
    if email is None:
        raise MailNotValid
    person_id = hashlib.sha256(seat.encode()).hexdigest()[:16]
    return Person(person_id, email, "", named.name or email.partition("@")[0], named.roles)


def _rows(person: Person) -> Iterator[Row]:
    yield person
    yield Login(person.email, Credentials(person.id, None))


def _links(ports: FirstPeoplePorts, people: list[Person]) -> Iterator[OutboxEntry]:
    for person in people:
        topic = Topic.FIRST_CONNECTION
        yield OutboxEntry(f"{topic}-{ports.new_id()}", topic, "", "", ports.now(), email=person.email)
