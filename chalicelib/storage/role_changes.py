from collections.abc import Sequence

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import person_of
from chalicelib.domain.people import Person
from chalicelib.domain.role_changes import RoleChange, RoleChangeState
from chalicelib.storage.audit import entry_row
from chalicelib.storage.people import person_key, write_profile
from chalicelib.storage.table import Row, Table, instant, load

PROPOSED = "ROLE_CHANGES#PROPOSED"


def role_change_row(table: Table, change: RoleChange) -> Row:
    waits = change.state is RoleChangeState.PROPOSED
    return table.new(
        person_key(change.person_id),
        f"ROLE_CHANGE#{change.id}",
        change,
        version=change.version,
        queue_pk=PROPOSED if waits else None,
        queue_sk=f"{instant(change.proposed_at)}#{change.id}" if waits else None,
    )


class DynamoRoleChanges:
    """They stay in the partition of the person whose roles they are, and in a queue while they wait."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, change_id: str) -> RoleChange:
        row = self._table.get(person_key(person_of(change_id)), f"ROLE_CHANGE#{change_id}")
        if row is None:
            raise NotFound
        return load(RoleChange, row)

    def save(self, change: RoleChange, audit: AuditEntry, person: Person | None = None) -> None:
        table = self._table
        with table.transaction() as write:
            write.save(role_change_row(table, change), condition=table.follows(change.version))
            write.save(entry_row(table, audit), condition=table.absent)
            if person:
                write_profile(table, write, person)

    def waiting(self) -> Sequence[RoleChange]:
        return tuple(self._table.readable(RoleChange, self._table.queue(PROPOSED)))
