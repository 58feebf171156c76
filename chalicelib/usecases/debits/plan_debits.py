from dataclasses import dataclass
from datetime import date

from chalicelib.domain.calendar import paris_day
from chalicelib.usecases.debits.ports import DebitPorts


@dataclass(frozen=True)
class DebitPlan:
    """What one run handed to the queue: the Paris day and how many instalments."""

    planned_on: date
    due: int


def plan_debits(ports: DebitPorts) -> DebitPlan:
    """Hand every instalment that is due by today, in Paris, to the queue.

    Running it twice, late, or beside another run is harmless: a message only asks a worker to look.
    """
    today = paris_day(ports.now())
    due = ports.debits.due(today)
    ports.debit_queue.send([(instalment_id, today) for instalment_id in due])
    return DebitPlan(today, len(due))
