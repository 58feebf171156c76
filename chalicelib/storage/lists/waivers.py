"""Debts given up: in their student's partition, and in one queue a state, the oldest first."""

from collections.abc import Mapping, Sequence

from chalicelib.domain.corrections.waiver import Waiver, WaiverState
from chalicelib.storage.kind import Kind, Place, counted
from chalicelib.storage.table import Table, instant


def waivers_queue(state: WaiverState) -> str:
    return f"WAIVERS#{state}"


WAIVER_KINDS: Mapping[type, Kind] = {
    Waiver: Kind(
        lambda each: (Place(f"PERSON#{each.person_id}", f"WAIVER#{each.id}"),),
        lambda each: Place(waivers_queue(each.state), f"{instant(each.proposed_at)}#{each.id}"),
        counted,
    )
}


class DynamoWaivers:
    def __init__(self, table: Table) -> None:
        self._table = table

    def of_state(self, state: WaiverState, after: str | None = None) -> tuple[Sequence[Waiver], str | None]:
        page, cursor = self._table.page(waivers_queue(state), after)
        return tuple(self._table.readable(Waiver, page)), cursor
