from typing import Protocol

from chalicelib.domain import role_changes as rules
from chalicelib.domain.access import Action, permit
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.changes import Changes, existing
from chalicelib.domain.imports.comparison import Outcome
from chalicelib.domain.imports.corrections import review_day_of_staff
from chalicelib.domain.imports.effects import is_other
from chalicelib.domain.imports.mistakes import ImportMoved
from chalicelib.domain.imports.staff import (
    KnownStaff,
    StaffFile,
    StaffLine,
    StaffReport,
    effects_of_staff,
    read_staff,
    report_of_staff,
)
from chalicelib.domain.people import Person
from chalicelib.domain.sessions import Credentials, Login
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.audit.trail import audited
from chalicelib.usecases.imports.ports import Roster
from chalicelib.usecases.isolation import IsolationPorts, Passed, for_each
from chalicelib.usecases.people.ports import PeoplePorts
from chalicelib.usecases.ports import Campaigns


class StaffImportPorts(PeoplePorts, IsolationPorts, Protocol):
    """The ports of imports of staff."""

    @property
    def campaigns(self) -> Campaigns: ...

    @property
    def roster(self) -> Roster: ...


def check_staff(ports: StaffImportPorts, data: bytes, by: Person) -> StaffReport:
    """Return what a file of staff would propose, or every error in it; write nothing."""
    file, known = _read(ports, data, by)
    return report_of_staff(file, known, ports.people.staff(), by.id)


def import_staff(ports: StaffImportPorts, data: bytes, by: Person, seen: str = "") -> Passed:
    """Create the people whom a checked file names, without any role, and propose the roles of each.

    A second person approves them, as any change of roles. The same file again proposes nothing. `seen` names
    what a report said would be proposed; raise `ImportMoved` if it is not so any more.
    """
    file, known = _read(ports, data, by)
    if seen and is_other(effects_of_staff(file, known), seen):
        raise ImportMoved
    import_id = ports.new_id()
    lines = [line for line in file.lines if known.outcome(line) is not Outcome.UNCHANGED]
    return for_each(
        ports, "staff not imported", lines, lambda line: _propose(ports, line, known, by, import_id)
    )


def _read(ports: StaffImportPorts, data: bytes, by: Person) -> tuple[StaffFile, KnownStaff]:
    permit(by, Action.IMPORT_STAFF, "")
    file = read_staff(data)
    logins = ports.roster.logins(line.email for line in file.lines)
    people = ports.roster.people(set(logins.values()))
    return file, KnownStaff(logins, people, ports.role_changes.waiting())


def _propose(ports: StaffImportPorts, line: StaffLine, known: KnownStaff, by: Person, import_id: str) -> None:
    found = known.person(line)
    person = found or _without_roles(ports, line)
    permit(by, Action.PROPOSE_ROLES, person.id)
    change = rules.propose(
        f"{person.id}-r{ports.new_id()}",
        person,
        known.wanted(line, person),
        f"import {import_id}",
        by,
        ports.now(),
    )
    login = None if found else Login(person.email, Credentials(person.id, None))
    details = {"roles": " ".join(sorted(change.roles)), "import": import_id}
    entry = audited(ports, by.id, Act.ROLES_PROPOSED, person.id, change.id, change.reason, **details)
    ports.store.commit(Changes(existing(None if found else person, login, change), entry))


def _without_roles(ports: StaffImportPorts, line: StaffLine) -> Person:
    return Person(
        ports.new_id(),
        line.email,
        line.first_name,
        line.last_name,
        frozenset(),
        review_on=review_day_of_staff(ports.campaigns.current(), paris_day(ports.now())),
    )
