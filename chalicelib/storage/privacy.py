import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.erasure import PersonalFile, Redactions
from chalicelib.domain.identities import Identity
from chalicelib.domain.instalments import Mandate
from chalicelib.domain.notifications import Notification
from chalicelib.domain.outbox import OutboxEntry
from chalicelib.domain.people import Person
from chalicelib.domain.role_changes import RoleChange
from chalicelib.storage.accounts import DynamoAccounts, attempt_row
from chalicelib.storage.audit import WAITING, entry_row, records_of
from chalicelib.storage.identities import places
from chalicelib.storage.instalments import write_mandate
from chalicelib.storage.links import links_of
from chalicelib.storage.notifications import message_row, messages_of, place_of
from chalicelib.storage.people import person_key, write_profile
from chalicelib.storage.plan_requests import write_plan_request
from chalicelib.storage.registrations import registration_row
from chalicelib.storage.role_changes import role_change_row
from chalicelib.storage.sessions import sessions_of
from chalicelib.storage.table import Row, Table, load

MOST_ACTIONS = 100
"""What DynamoDB takes in one transaction."""

Action = Callable[[TransactWrite], None]


class DynamoPersonalRecords:
    """A person is their partition, and what other partitions hold of them: a queue finds each of those."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def held(self, person_id: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        found: dict[str, list[Mapping[str, Any]]] = {}
        person = DynamoAccounts(self._table).account(person_id).person
        for kind, row in chain(self._own(person_id), self._elsewhere(person)):
            found.setdefault(kind, []).append(json.loads(row.facts))
        return found

    def _own(self, person_id: str) -> Iterator[tuple[str, Row]]:
        for row in self._table.partition(person_key(person_id)):
            yield row.sk.partition("#")[0].lower(), row

    def _elsewhere(self, person: Person) -> Iterator[tuple[str, Row]]:
        table = self._table
        if row := table.get(f"EMAIL#{person.email}", "CREDENTIALS"):
            yield "credentials", row
        queues = {"session": sessions_of, "link": links_of, "notification": messages_of, "audit": records_of}
        for kind, queue_of in queues.items():
            yield from ((kind, row) for row in table.queue(queue_of(person.id)))
        waiting = table.with_rows(AuditEntry, table.queue(WAITING))
        yield from (("audit", row) for row, entry in waiting if entry.subject_id == person.id)

    def file(self, person_id: str) -> PersonalFile:
        own = [row for kind, row in self._own(person_id) if kind == "role_change"]
        return PersonalFile(
            account=DynamoAccounts(self._table).account(person_id),
            role_changes=tuple(load(RoleChange, row) for row in own),
            notifications=tuple(load(Notification, row) for row in self._table.queue(messages_of(person_id))),
        )

    def note(self, audit: AuditEntry) -> None:
        self._table.put(entry_row(self._table, audit), self._table.absent)

    def end(self, erased: Person, email: str, audit: AuditEntry) -> None:
        table = self._table
        with table.transaction() as write:
            write_profile(table, write, erased)
            write.delete(table.row(f"EMAIL#{email}", "CREDENTIALS"))
            write.save(entry_row(table, audit), condition=table.absent)

    def end_entries(self, person_id: str, now: datetime) -> None:
        """Each is gone over what is there; a key that names somebody is deleted where nothing else stands."""
        table, partition = self._table, person_key(person_id)
        for row in list(table.partition(partition, "IDENTITY#")):
            there, here = places(load(Identity, row))
            table.row(*there).delete()
            table.put(table.tombstone(*here, now), table.present)
        if table.get(partition, "SECOND_FACTOR"):
            table.put(table.tombstone(partition, "SECOND_FACTOR", now), table.present)
        for row in list(table.queue(links_of(person_id))):
            table.put(table.tombstone(row.pk, row.sk, now), table.present)
        for row in list(table.queue(sessions_of(person_id))):
            row.delete()

    def redact(self, person_id: str, redactions: Redactions, audit: AuditEntry | None = None) -> None:
        actions = list(self._actions(person_id, redactions))
        if audit:
            actions.insert(0, self._saving(entry_row(self._table, audit), self._table.absent))
        for first in range(0, len(actions), MOST_ACTIONS):
            with self._table.transaction() as write:
                for act in actions[first : first + MOST_ACTIONS]:
                    act(write)

    def _actions(self, person_id: str, redactions: Redactions) -> Iterator[Action]:
        """One for each row: over the version that was read, or over what has none."""
        table, partition = self._table, person_key(person_id)
        yield from (self._following(registration_row(table, each)) for each in redactions.registrations)
        yield from (self._following(attempt_row(table, each)) for each in redactions.attempts)
        yield from (self._following(role_change_row(table, each)) for each in redactions.role_changes)
        yield from (partial(_write, write_plan_request, table, each) for each in redactions.plan_requests)
        yield from (partial(_write, write_mandate, table, each) for each in redactions.mandates)
        unversioned = (
            *(table.new(partition, f"ADDRESS#{each.id}", each) for each in redactions.addresses),
            *(table.new(partition, f"INVOICE#{each.number:010}", each) for each in redactions.invoices),
            *(message_row(table, each, place_of(table, each)) for each in redactions.notifications),
        )
        yield from (self._saving(row, table.present) for row in unversioned)

    def _following(self, row: Row) -> Action:
        return self._saving(row, self._table.at_version(int(row.version) - 1))

    def _saving(self, row: Row, condition: Any) -> Action:
        return lambda write: write.save(row, condition=condition)

    def review(self, person: Person) -> None:
        with self._table.transaction() as write:
            write_profile(self._table, write, person)

    def forget_card(self, entry: OutboxEntry, audit: AuditEntry, mandate: Mandate | None = None) -> None:
        table = self._table
        with table.transaction() as write:
            write.delete(table.row(f"OUTBOX#{entry.id}", "ENTRY"), condition=table.present)
            write.save(entry_row(table, audit), condition=table.absent)
            if mandate:
                write_mandate(table, write, mandate)


def _write(
    by: Callable[[Table, TransactWrite, Any], None], table: Table, row: Any, write: TransactWrite
) -> None:
    """Let the room of a row write it, under its own condition."""
    by(table, write, row)
