from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.domain.identities import Identity
from chalicelib.domain.notifications import Notification
from chalicelib.domain.people import Person
from chalicelib.domain.privacy.erasure import PersonalFile, Redactions
from chalicelib.domain.role_changes import RoleChange
from chalicelib.domain.trail.audit import AuditEntry
from chalicelib.storage.accounts import DynamoAccounts
from chalicelib.storage.audit import records_of
from chalicelib.storage.keys import AUDIT_WAITING, email_key, links_of, messages_of, person_key
from chalicelib.storage.kinds import kind_of, row_of
from chalicelib.storage.lists.marks import blanked_lines, mark_of
from chalicelib.storage.notifications import message_row
from chalicelib.storage.outbox import DynamoOutbox, mail_row, mails_of
from chalicelib.storage.sessions import sessions_of
from chalicelib.storage.table import Row, Table, facts_of, load

MOST_ACTIONS = 100
"""The maximum of DynamoDB for one transaction."""


class DynamoPersonalRecords:
    """Reads a person's partition and the rows about them in other partitions, found by queues."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def held(self, person_id: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        found: dict[str, list[Mapping[str, Any]]] = {}
        person = DynamoAccounts(self._table).account(person_id).person
        for kind, row in chain(self._own(person_id), self._elsewhere(person)):
            found.setdefault(kind, []).append(facts_of(row))
        return found

    def _own(self, person_id: str) -> Iterator[tuple[str, Row]]:
        for row in self._table.partition(person_key(person_id)):
            yield row.sk.partition("#")[0].lower(), row

    def _elsewhere(self, person: Person) -> Iterator[tuple[str, Row]]:
        table = self._table
        if row := table.get(email_key(person.email), "CREDENTIALS"):
            yield "credentials", row
        queues = {"session": sessions_of, "link": links_of, "notification": messages_of, "audit": records_of}
        for kind, queue_of in queues.items():
            yield from ((kind, row) for row in table.queue(queue_of(person.id)))
        yield from (("mail", row) for row in table.partition(mails_of(person.id)))
        waiting = table.with_rows(AuditEntry, table.queue(AUDIT_WAITING))
        yield from (("audit", row) for row, entry in waiting if entry.subject_id == person.id)

    def file(self, person_id: str) -> PersonalFile:
        own = [row for kind, row in self._own(person_id) if kind == "role_change"]
        return PersonalFile(
            account=DynamoAccounts(self._table).account(person_id),
            role_changes=tuple(load(RoleChange, row) for row in own),
            notifications=tuple(load(Notification, row) for row in self._table.queue(messages_of(person_id))),
        )

    def end_entries(self, person_id: str, now: datetime) -> None:
        """Replace each row by a tombstone.

        Delete the rows with the person's name in the key, and sessions.
        """
        table, partition = self._table, person_key(person_id)
        for row in list(table.partition(partition, "IDENTITY#")):
            there, here = kind_of(Identity).places(load(Identity, row))
            table.row(*there).delete()
            table.put(table.tombstone(*here, now), table.present)
        if table.get(partition, "SECOND_FACTOR"):
            table.put(table.tombstone(partition, "SECOND_FACTOR", now), table.present)
        for row in list(table.queue(links_of(person_id))):
            table.put(table.tombstone(row.pk, row.sk, now), table.present)
        for row in list(table.queue(sessions_of(person_id))):
            row.delete()
        for mail in DynamoOutbox(table).sent_to(person_id):
            table.put(mail_row(table, replace(mail, to="")), table.present)
        table.put(mark_of(table, person_id))

    def redact(self, person_id: str, redactions: Redactions, audit: AuditEntry | None = None) -> None:
        rows: list[tuple[Row, Condition | None]] = list(self._redacted(person_id, redactions))
        if audit:
            rows.insert(0, (row_of(self._table, audit), self._table.absent))
        rows[1:1] = [(row, None) for row in blanked_lines(self._table, person_id)]
        for first in range(0, len(rows), MOST_ACTIONS):
            with self._table.transaction() as write:
                for row, condition in rows[first : first + MOST_ACTIONS]:
                    write.save(row, condition=condition)

    def _redacted(self, person_id: str, redactions: Redactions) -> Iterator[tuple[Row, Condition]]:
        """Yield each row with its condition.

        The version that was read, or only its existence if it has none.
        """
        table = self._table
        for versioned in redactions.versioned:
            row = row_of(table, versioned)
            yield row, table.follows(int(row.version))
        unversioned = (
            *(table.new(person_key(person_id), f"ADDRESS#{each.id}", each) for each in redactions.addresses),
            *(row_of(table, each) for each in (*redactions.invoices, *redactions.credit_notes)),
            *(message_row(table, each) for each in redactions.notifications),
        )
        yield from ((row, table.present) for row in unversioned)
