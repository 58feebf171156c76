from collections.abc import Sequence

from chalicelib.domain.identities import Identity
from chalicelib.storage.keys import identity_key, person_key
from chalicelib.storage.table import Table, load


class DynamoIdentities:
    """An identity is two rows, written and removed together.

    One by subject, one in the person's partition.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, provider: str, subject: str) -> Identity | None:
        row = self._table.get(identity_key(provider, subject), "IDENTITY")
        return load(Identity, row) if row else None

    def of_person(self, person_id: str) -> Sequence[Identity]:
        rows = self._table.partition(person_key(person_id), "IDENTITY#")
        return tuple(load(Identity, row) for row in rows)
