from collections.abc import Mapping, Sequence

from chalicelib.domain.errors import NotFound
from chalicelib.domain.treasury.rapprochement import Rapprochement
from chalicelib.storage.kind import Kind, Place, counted
from chalicelib.storage.table import Table, load

RAPPROCHEMENTS = "RAPPROCHEMENTS"


def _place(rapprochement_id: str) -> Place:
    return Place(f"RAPPROCHEMENT#{rapprochement_id}", "RAPPROCHEMENT")


RAPPROCHEMENT_KINDS: Mapping[type, Kind] = {
    Rapprochement: Kind(
        lambda each: (_place(each.id),), lambda each: Place(RAPPROCHEMENTS, each.id), counted
    ),
}


class DynamoRapprochements:
    """Frozen states, by school and day."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def listed(self, after: str | None = None) -> tuple[Sequence[Rapprochement], str | None]:
        page, cursor = self._table.page(RAPPROCHEMENTS, after)
        return tuple(self._table.readable(Rapprochement, page)), cursor

    def find(self, rapprochement_id: str) -> Rapprochement:
        row = self._table.get(*_place(rapprochement_id))
        if row is None:
            raise NotFound
        return load(Rapprochement, row)
