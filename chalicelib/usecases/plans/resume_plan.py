from chalicelib.domain.access import Action, permit
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.plan.stopped_plans import resume
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.plans.acts import read_file, write_act
from chalicelib.usecases.plans.ports import PlanPorts


def resume_plan(
    ports: PlanPorts, registration_id: str, reason: str, by: Person, seen_hash: str | None = None
) -> RegistrationFile:
    """Resume a stopped plan, on days that can still be announced.

    Raise `PlanActMoved` if the plan is not the version that was read, None if that is not known.
    """
    permit(by, Action.CHANGE_PLAN, person_of(registration_id))
    file = read_file(ports, registration_id)
    changes = resume(file, reason, ports.now(), seen_hash)
    return write_act(ports, file, changes, Act.PLAN_RESUMED, reason, by)
