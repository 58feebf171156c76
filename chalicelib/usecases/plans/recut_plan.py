from chalicelib.domain.access import Action, permit
from chalicelib.domain.changes import Changes
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.plan.instalments import Instalment
from chalicelib.domain.plan.recut_plans import recut
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.plans.acts import read_file, write_act
from chalicelib.usecases.plans.ports import PlanPorts


def recut_plan(
    ports: PlanPorts,
    registration_id: str,
    parts: int | None,
    reason: str,
    by: Person,
    *,
    beyond_card: bool = False,
) -> RegistrationFile:
    """Spread the amount still owed over `parts` coming due days, else over the number of unpaid parts.

    `beyond_card` allows days on which the plan's card cannot be debited: the student will give another.
    """
    permit(by, Action.CHANGE_PLAN, person_of(registration_id))
    file = read_file(ports, registration_id)
    changes = recut(file, parts, reason, by.id, ports.now(), beyond_card=beyond_card)
    return write_act(ports, file, changes, Act.PLAN_RECUT, reason, by, **_cut(file, changes))


def _cut(file: RegistrationFile, changes: Changes) -> dict[str, object]:
    """Return the audit details of a recut: its sum and parts, and the hash before and after."""
    new = [row for row in changes.rows if isinstance(row, Instalment) and row.version == 1]
    return {
        "amount_cents": sum(each.amount_cents for each in new),
        "parts": len(new),
        "before": file.plan_request.schedule_hash if file.plan_request else "",
        "after": new[0].schedule_hash,
    }
