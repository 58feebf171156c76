"""Who held which role on a day, as the audit trail tells it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.domain.calendar import paris_day
from chalicelib.domain.people import Person
from chalicelib.domain.trail.audit import Act, AuditEntry


@dataclass(frozen=True)
class Right:
    """The roles of a person at the end of a Paris day. `since` and `by` are those of the act that gave them.

    Without such an act in the trail `is_told` is False: the roles are those of today, given before the trail.
    """

    person_id: str
    roles: tuple[str, ...]
    is_active: bool = True
    since: datetime | None = None
    by: str = ""
    is_told: bool = True


@dataclass(frozen=True)
class Rights:
    """The rights at the end of a Paris day, by name; `names` are by person id, erased people left out."""

    day: date
    rights: Sequence[Right]
    names: Mapping[str, str]


def rights_on(day: date, trail: Iterable[AuditEntry], staff: Iterable[Person]) -> Mapping[str, Right]:
    """Return the rights by person id: everybody whom the trail gives a role, and the staff of today."""
    told: dict[str, Right] = {}
    later: set[str] = set()
    for entry in sorted(trail, key=lambda each: each.at):
        if paris_day(entry.at) > day:
            later |= {entry.subject_id} if entry.act in _GIVING else set()
        elif entry.act in _GIVING:
            told[entry.subject_id] = _given(told.get(entry.subject_id), entry)
        elif entry.act in _SWITCHING and entry.subject_id in told:
            is_active = entry.act is Act.ACCOUNT_ENABLED
            told[entry.subject_id] = replace(told[entry.subject_id], is_active=is_active)
    for person in staff:
        if person.id not in told and person.id not in later:
            roles = tuple(sorted(person.roles))
            told[person.id] = Right(person.id, roles, person.is_active, is_told=False)
    return told


_GIVING = frozenset({Act.ROLES_CHANGED, Act.ADMINISTRATOR_CREATED})
_SWITCHING = frozenset({Act.ACCOUNT_DISABLED, Act.ACCOUNT_ENABLED})


def _given(before: Right | None, entry: AuditEntry) -> Right:
    roles = tuple(entry.details.get("roles", "").split())
    return Right(entry.subject_id, roles, before.is_active if before else True, entry.at, entry.by)
