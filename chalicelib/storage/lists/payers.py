"""Third-party payers: in their student's partition, and while they are to be invoiced or owe in one queue."""

from collections.abc import Sequence

from chalicelib.domain.payers.payer import Payer, PayerState
from chalicelib.storage.kind import Kind, Place, counted
from chalicelib.storage.table import Table, instant


def payers_queue(state: PayerState) -> str:
    return f"PAYERS#{state}"


def _queue(payer: Payer) -> Place | None:
    """Return the queue: by moment until the invoice, by the day it is due until it is paid, then none."""
    if not payer.is_running:
        return None
    since = payer.due_on.isoformat() if payer.due_on else instant(payer.named_at)
    return Place(payers_queue(payer.state), f"{since}#{payer.id}")


PAYER = Kind(lambda payer: (Place(f"PERSON#{payer.person_id}", f"PAYER#{payer.id}"),), _queue, counted)


class DynamoPayers:
    def __init__(self, table: Table) -> None:
        self._table = table

    def of_state(self, state: PayerState) -> Sequence[Payer]:
        return tuple(self._table.readable(Payer, self._table.queue(payers_queue(state))))
