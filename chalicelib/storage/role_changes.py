from collections.abc import Sequence

from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.role_changes import RoleChange
from chalicelib.storage.keys import PROPOSED_ROLES, person_key
from chalicelib.storage.table import Table, load


class DynamoRoleChanges:
    """Role changes are in the partition of the person concerned, and in a queue while they wait."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, change_id: str) -> RoleChange:
        row = self._table.get(person_key(person_of(change_id)), f"ROLE_CHANGE#{change_id}")
        if row is None:
            raise NotFound
        return load(RoleChange, row)

    def waiting(self) -> Sequence[RoleChange]:
        return tuple(self._table.readable(RoleChange, self._table.queue(PROPOSED_ROLES)))
