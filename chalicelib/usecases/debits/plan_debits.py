from dataclasses import dataclass
from datetime import date

from chalicelib.domain.brakes.brake import Brake
from chalicelib.domain.calendar import paris_day
from chalicelib.usecases.debits.ports import DebitPorts


@dataclass(frozen=True)
class DebitPlan:
    """The result of a run: the Paris day, and how many instalments were queued."""

    planned_on: date
    due: int
    is_stopped: bool = False


def plan_debits(ports: DebitPorts) -> DebitPlan:
    """Queue every instalment that is due by today, in Paris.

    Safe to repeat, to run late or beside another run: a message only asks a worker to check the instalment.
    """
    today = paris_day(ports.now())
    if ports.brakes.current().is_on(Brake.DEBITS):
        return DebitPlan(today, 0, is_stopped=True)
    due = ports.debits.due(today)
    ports.debit_queue.send([(instalment_id, today) for instalment_id in due])
    return DebitPlan(today, len(due))
