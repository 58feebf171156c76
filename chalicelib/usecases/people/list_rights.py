from datetime import date
from typing import Protocol

from chalicelib.domain.books.as_of import evening
from chalicelib.domain.calendar import paris_day
from chalicelib.domain.trail.rights import Rights, rights_on
from chalicelib.usecases.audit.ports import AuditTrail
from chalicelib.usecases.people.list_people import names_of
from chalicelib.usecases.people.ports import PeoplePorts

EVERY = 1_000_000


class RightPorts(PeoplePorts, Protocol):
    """The ports of rights on a day."""

    @property
    def audit(self) -> AuditTrail: ...


def list_rights(ports: RightPorts, day: date | None = None) -> Rights:
    """Return who held which role at the end of a Paris day, today by default; raise `DayToCome`.

    It reads the whole trail: what it tells is verified with the trail, and no list is kept beside it.
    """
    asked = evening(day, paris_day(ports.now()))
    trail = (*ports.audit.records(1), *ports.audit.waiting(EVERY))
    found = rights_on(asked, trail, ports.people.staff())
    people = set(found) | {each.by for each in found.values()}
    names = names_of(ports, people)
    rights = sorted(found.values(), key=lambda each: (names.get(each.person_id, ""), each.person_id))
    return Rights(asked, rights, names)
