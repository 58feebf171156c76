from chalicelib.domain.access import Action, permit
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.plan.stopped_plans import stop
from chalicelib.domain.registration_file import RegistrationFile
from chalicelib.domain.trail.audit import Act
from chalicelib.usecases.plans.acts import read_file, write_act
from chalicelib.usecases.plans.ports import PlanPorts


def stop_plan(
    ports: PlanPorts, registration_id: str, reason: str, by: Person, seen_hash: str | None = None
) -> RegistrationFile:
    """Withhold the remaining debits of a plan; a debit in flight is still booked.

    Raise `PlanActMoved` if the plan is not the version that was read, None if that is not known.
    """
    permit(by, Action.STOP_PLAN, person_of(registration_id))
    file = read_file(ports, registration_id)
    changes = stop(file, reason, by.id, ports.now(), seen_hash)
    return write_act(ports, file, changes, Act.PLAN_STOPPED, reason, by)
