"""The desks of the staff: who reads which, and where each of them starts."""

from dataclasses import dataclass

from chalicelib.domain.people import Person, Role
from chalicelib.portal.render import DeskLink


@dataclass(frozen=True)
class Desk:
    path: str
    label: str
    readers: tuple[Role, ...]


REGISTRATIONS = Desk(
    "/staff/registrations", "Dossiers d'inscription", (Role.REGISTRAR, Role.ACCOUNTANT, Role.AUDITOR)
)
PLAN_REQUESTS = Desk("/staff/plan-requests", "Demandes d'échéancier", (Role.ACCOUNTANT, Role.AUDITOR))
DESKS = (REGISTRATIONS, PLAN_REQUESTS)


def desks_of(person: Person, path: str) -> tuple[DeskLink, ...]:
    """Return the links to the desks that a person may read; the one of `path` is where they are."""
    return tuple(
        DeskLink(desk.path, desk.label, desk.path == path) for desk in DESKS if person.holds(*desk.readers)
    )


def first_desk(person: Person) -> str | None:
    """Return where a person of the staff starts: the accountant with what waits for an accountant."""
    if person.holds(Role.ACCOUNTANT):
        return PLAN_REQUESTS.path
    return next((desk.path for desk in DESKS if person.holds(*desk.readers)), None)
