from collections.abc import Mapping, Sequence

from chalicelib.domain.programs.service_key import ServiceKey
from chalicelib.storage.keys import SERVICE_KEYS
from chalicelib.storage.kind import Kind, Place, counted
from chalicelib.storage.table import Table, instant, load

KEY_KINDS: Mapping[type, Kind] = {
    ServiceKey: Kind(
        lambda key: (Place(f"SERVICE_KEY#{key.id}", "KEY"),),
        lambda key: Place(SERVICE_KEYS, f"{instant(key.created_at)}#{key.id}"),
        counted,
    ),
}


class DynamoServiceKeys:
    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, key_id: str) -> ServiceKey | None:
        row = self._table.get(f"SERVICE_KEY#{key_id}", "KEY")
        return load(ServiceKey, row) if row else None

    def all(self) -> Sequence[ServiceKey]:
        return tuple(self._table.readable(ServiceKey, self._table.queue(SERVICE_KEYS)))
