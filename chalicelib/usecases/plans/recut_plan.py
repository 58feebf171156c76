from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.decisions import RecutMoved
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.plan.instalments import Instalment, InstalmentState
from chalicelib.domain.plan.recut_plans import recut
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.plans.acts import read_file, write_act
from chalicelib.usecases.plans.ports import PlanPorts


class Part(NamedTuple):
    """The day and the amount of an instalment."""

    due_on: date
    amount_cents: int


@dataclass(frozen=True)
class RecutPreview:
    """What a recut would cancel, with what is left of it, and what it would make."""

    file: RegistrationFile
    before: Sequence[Part]
    after: Sequence[Part]


def recut_plan(
    ports: PlanPorts,
    registration_id: str,
    parts: int | None,
    reason: str,
    by: Person,
    *,
    beyond_card: bool = False,
    seen: Sequence[Part] | None = None,
) -> RegistrationFile:
    """Spread the amount still owed over `parts` coming due days, else over the number of unpaid parts.

    `beyond_card` allows days on which the plan's card cannot be debited: the student will give another.
    Raise `RecutMoved` if the new parts are not those that `preview_recut` gave, `seen`, or stand already.
    """
    file, changes = _changes(ports, registration_id, parts, reason, by, beyond_card=beyond_card)
    if seen is not None and (tuple(seen) != _parts(changes) or _stand(file, changes)):
        raise RecutMoved
    return write_act(ports, file, changes, Act.PLAN_RECUT, reason, by, **_cut(file, changes))


def preview_recut(
    ports: PlanPorts,
    registration_id: str,
    parts: int | None,
    reason: str,
    by: Person,
    *,
    beyond_card: bool = False,
) -> RecutPreview:
    """Return what `recut_plan` would cancel and make; nothing is written."""
    file, changes = _changes(ports, registration_id, parts, reason, by, beyond_card=beyond_card)
    return RecutPreview(file, _before(file, changes), _parts(changes))


def _changes(
    ports: PlanPorts,
    registration_id: str,
    parts: int | None,
    reason: str,
    by: Person,
    *,
    beyond_card: bool,
) -> tuple[RegistrationFile, Changes]:
    permit(by, Action.CHANGE_PLAN, person_of(registration_id))
    file = read_file(ports, registration_id)
    return file, recut(file, parts, reason, by.id, ports.now(), beyond_card=beyond_card)


def _ended(file: RegistrationFile, changes: Changes) -> list[Instalment]:
    """Return the instalments that a recut cancels, as they are before it."""
    ended = (each for each in changes.rows if isinstance(each, Instalment) and each.version > 1)
    gone = {each.rank for each in ended if each.state is InstalmentState.CANCELLED}
    return [each for each in file.instalments if each.rank in gone]


def _before(file: RegistrationFile, changes: Changes) -> tuple[Part, ...]:
    return tuple(Part(each.due_on, each.remaining_cents) for each in _ended(file, changes))


def _stand(file: RegistrationFile, changes: Changes) -> bool:
    """Return True if these very parts are due already: another person has just made them."""
    is_due = all(each.state is InstalmentState.DUE for each in _ended(file, changes))
    return is_due and _before(file, changes) == _parts(changes)


def _new(changes: Changes) -> list[Instalment]:
    return [row for row in changes.rows if isinstance(row, Instalment) and row.version == 1]


def _parts(changes: Changes) -> tuple[Part, ...]:
    return tuple(Part(each.due_on, each.amount_cents) for each in _new(changes))


def _cut(file: RegistrationFile, changes: Changes) -> dict[str, object]:
    """Return the audit details of a recut: its sum and parts, and the hash before and after."""
    new = _new(changes)
    return {
        "amount_cents": sum(each.amount_cents for each in new),
        "parts": len(new),
        "before": file.plan_request.schedule_hash if file.plan_request else "",
        "after": new[0].schedule_hash,
    }
